import { beginLine, endLine } from './sshsig-parts.ts';

type ArmorVector = readonly [name: string, change: (armored: string) => string | Buffer];

const body = (text: string) => text.split('\n').slice(1, -2).join('');

/** Armor that is none: nobody takes these. */
export const brokenArmor: readonly ArmorVector[] = [
  ['an empty file', () => ''],
  ['a file of blanks', () => ' \n \n'],
  ['a file of zeros', () => Buffer.alloc(300)],
  ['text before it', (text) => `x\n${text}`],
  ['an empty line before it', (text) => `\n${text}`],
  ['a byte order mark before it', (text) => `\ufeff${text}`],
  ['the base64 alone', (text) => body(text)],
  ['the blob without armor', (text) => Buffer.from(body(text), 'base64')],
  ['the begin line alone', () => `${beginLine}\n`],
  ['no begin line', (text) => text.slice(beginLine.length + 1)],
  ['no end line', (text) => text.replace(`${endLine}\n`, '')],
  ['nothing between the lines', () => `${beginLine}\n${endLine}\n`],
  ['one empty line between the lines', () => `${beginLine}\n\n${endLine}\n`],
  ['the begin line in lower case', (text) => text.replace(beginLine, beginLine.toLowerCase())],
  ['the begin line with four dashes', (text) => text.replace(beginLine, beginLine.slice(1))],
  ['PGP’s lines', (text) => text.replaceAll('SSH SIGNATURE', 'PGP SIGNATURE')],
  ['the lines of a public key', (text) => text.replaceAll('SSH SIGNATURE', 'PUBLIC KEY')],
  ['the end line in the middle', (text) => `${text.slice(0, 150)}\n${endLine}\n${text.slice(150)}`],
  ['carriage returns', (text) => text.replaceAll('\n', '\r\n')],
  ['UTF-16', (text) => Buffer.from(text, 'utf16le')],
  ['a header line as PEM has them', (text) => text.replace('\n', '\nComment: x\n\n')],
  ['URL-safe base64', (text) => text.replace(body(text).slice(0, 8), '-_-_-_-_')],
  ['a sign that is no base64', (text) => text.replace(/\n(.{10})./, '\n$1*')],
  ['a NUL in the base64', (text) => text.replace(/\n(.{10})./, '\n$1\0')],
  ['padding in the middle', (text) => text.replace(/\n(.{10})../, '\n$1==')],
  ['a line left out', (text) => text.split('\n').toSpliced(2, 1).join('\n')],
  [
    'two lines swapped',
    (text) => {
      const lines = text.split('\n');
      return [lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n');
    },
  ],
  ['the last line cut off', (text) => text.replace(/\n[^\n]+\n-----END/, '\n-----END')],
];

/**
 * Armor that ssh-keygen takes and we do not: it lets white space be anywhere and looks at nothing behind the end line. Of a file
 * that nobody trusts only the one form that `ssh-keygen -Y sign` writes is taken; what stands behind it could be anything.
 */
export const laxArmor: readonly ArmorVector[] = [
  ['carriage returns within', (text) => text.replaceAll(/([^-])\n(?!-)/g, '$1\r\n')],
  ['blanks in the base64', (text) => text.replace(/\n(.{10})/, '\n$1 ')],
  ['a tab in the base64', (text) => text.replace(/\n(.{10})/, '\n$1\t')],
  ['an empty line within', (text) => text.replace(/\n(.{20})/, '\n$1\n\n')],
  ['blanks at the ends of lines', (text) => text.replace(/\n([^-\n]+)\n/, '\n$1  \n')],
  ['text after it', (text) => `${text}x`],
  ['a second signature after it', (text) => text + text],
  ['an empty line after it', (text) => `${text}\n`],
];
