/**
 * Words that are not ours: of containers, of programs, of media, of file names. They go to terminals, pages, the journal and
 * reports, and none of these may be steered by them.
 */

/**
 * Whole sequences that a terminal takes for commands, ECMA-48: CSI, the strings OSC, DCS, SOS, PM and APC with their end, and
 * the two- and three-byte ones. No part repeats within another, so no text takes more than one pass.
 */
const sequences = new RegExp(
  [
    '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]',
    '(?:\\u001b\\]|\\u009d)[^\\u0007\\u001b\\u009c]*(?:\\u0007|\\u001b\\\\|\\u009c)',
    '(?:\\u001b[PX^_]|[\\u0090\\u0098\\u009e\\u009f])[^\\u001b\\u009c]*(?:\\u001b\\\\|\\u009c)',
    '\\u001b[ -/]+[0-~]',
    '\\u001b[0-OQ-WYZ\\\\`-~]',
  ].join('|'),
  'g',
);

/**
 * What changes how a text is shown without being seen: C0, DEL and C1, line and paragraph separators, and the controls of
 * the direction of writing (Unicode UAX #9: U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069).
 */
const invisible = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

const asEscape = (character: string) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;

/** A name or a value, with everything that is not to be seen written out (`\u001b[2J`): what was there can still be told. */
export function visible(text: string): string {
  return text.toWellFormed().replace(invisible, asEscape);
}

/** The same where a text must not get longer: each such character becomes U+FFFD, the mark of one that cannot be shown. */
export function marked(text: string): string {
  return text.toWellFormed().replace(invisible, '\ufffd');
}

/**
 * The output of a program: sequences for terminals are taken out whole, a carriage return ends a line, line ends and tabs stay;
 * what else would not be seen is written out.
 */
export function plainText(text: string): string {
  return text
    .toWellFormed()
    .replace(sequences, '')
    .replace(/\r+\n?/g, '\n')
    .replace(invisible, (character) => (character === '\n' || character === '\t' ? character : asEscape(character)));
}

/** Every string of a JSON value, keys left alone, as `clean` makes it; by default as `plainText` does. */
export function harmless<T>(value: T, clean: (text: string) => string = plainText): T {
  if (typeof value === 'string') return clean(value) as T;
  if (Array.isArray(value)) return value.map((item) => harmless(item, clean)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, harmless(item, clean)])) as T;
}

/** JSON on one line, in which nothing that `visible` writes out stands raw; parsed it is the same value. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(invisible, asEscape);
}

/** Letters, digits and what encodes them (base64, base64url, percent): secrets and their encodings hold nothing else. */
const wordByte = /[A-Za-z0-9+/=_%-]/;

/**
 * The end of a long text, at most `max` characters, where programs say what happened. Never begins within a word: half a
 * secret would be known to nobody who looks for the whole one.
 */
export function endOf(text: string, max: number): string {
  if (text.length <= max) return text;
  let at = text.length - max;
  while (at < text.length && wordByte.test(text[at] ?? '')) at += 1;
  return `… ${text.slice(at).trimStart()}`;
}

/** The same for bytes of UTF-8 that were cut before the first: where the first word ends that is not sure to be whole. */
export function afterCutWord(bytes: Uint8Array): number {
  const isCut = (byte: number) => wordByte.test(String.fromCharCode(byte)) || isContinuation(byte);
  const at = bytes.findIndex((byte) => !isCut(byte));
  return at === -1 ? bytes.length : at;
}

/** RFC 3629: bytes of a character after its first. */
function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
