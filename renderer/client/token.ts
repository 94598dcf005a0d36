/**
 * The one-time token from `#token=…`. It is taken out of the address at once, so that it stands in no history and is not
 * copied along with the address.
 */
export function takeToken(
  place: { readonly hash: string; readonly pathname: string; readonly search: string },
  past: { replaceState(data: null, unused: string, url: string): void },
): string | null {
  const token = new URLSearchParams(place.hash.slice(1)).get('token');
  if (token === null) return null;
  past.replaceState(null, '', `${place.pathname}${place.search}`);
  return token;
}
