/** What operating systems put at the top of a medium by themselves, in lower case. */
const names: readonly string[] = [
  'system volume information',
  '$recycle.bin',
  'recycler',
  'found.000',
  'lost+found',
  '.trash',
  '.trashes',
  '.spotlight-v100',
  '.fseventsd',
  '.temporaryitems',
  '.documentrevisions-v100',
];

/** True for a name that an operating system, and no vendor, gives to a folder at the top of a stick. */
export function isSystemFolder(name: string): boolean {
  return names.includes(name.toLowerCase()) || /^\.trash-\d{1,10}$/i.test(name);
}
