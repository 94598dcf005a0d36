/** Formats that people take for a source, by their first bytes. */
const formats: readonly [name: string, magic: string][] = [
  ['xz', 'fd377a585a00'],
  ['bzip2', '425a68'],
  ['zip', '504b0304'],
  ['7z', '377abcaf271c'],
  ['lz4', '04224d18'],
  ['GGUF', '47475546'],
];

/** The name of a format that is no tar; `undefined` where the start tells nothing. */
export function foreignFormat(start: Buffer): string | undefined {
  return formats.find(([, magic]) => start.subarray(0, magic.length / 2).toString('hex') === magic)?.[0];
}
