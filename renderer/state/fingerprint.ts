/** In groups of four, as they stand on the vendor's paper; the algorithm's name is a group of its own. */
export function groups(text: string, size = 4): string[] {
  const colon = text.indexOf(':');
  const [name, value] = colon < 0 ? [[], text] : [[text.slice(0, colon + 1)], text.slice(colon + 1)];
  return [...name, ...(value.match(new RegExp(`.{1,${size}}`, 'gu')) ?? [])];
}
