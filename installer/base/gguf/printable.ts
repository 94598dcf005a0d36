/** What may reach a terminal of a name out of a file, whose bytes come as latin1: at most 64 printable characters of ASCII. */
export function printable(name: string): string {
  const text = name.slice(0, 64).replaceAll(/[^\x20-\x7e]/g, '?');
  return name.length > 64 ? `${text}…` : text;
}
