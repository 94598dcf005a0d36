/** A release number as a list of its numeric parts; `preRelease` sorts before the release itself. */
interface Version {
  numbers: number[];
  preRelease: boolean;
}

/**
 * Reads the release number at the start of what engines and distributions print: `26.1.5+dfsg1`, `v2.26.1-4`,
 * `24.0.7-0ubuntu4`, `27.0.0-rc.1`, `20.10.24~rc1`. Debian's suffixes (`+dfsg1`, `-4`) do not count, pre-releases
 * (semver 2.0.0 section 9 with alpha, beta, rc; Debian's `~`) do. undefined: there is no number.
 */
function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d{1,9}(?:\.\d{1,9}){0,7})(.*)$/.exec(text.trim());
  if (match?.[1] === undefined) return undefined;
  return {
    numbers: match[1].split('.').map(Number),
    preRelease: /^(~|[-.]?(alpha|beta|rc|dev))/i.test(match[2] ?? ''),
  };
}

/** True when `found` is at least `required`; false too when either is no version, for nothing was shown then. */
export function isAtLeast(found: string, required: string): boolean {
  const one = parseVersion(found);
  const other = parseVersion(required);
  if (one === undefined || other === undefined) return false;
  const length = Math.max(one.numbers.length, other.numbers.length);
  for (let at = 0; at < length; at++) {
    const difference = (one.numbers[at] ?? 0) - (other.numbers[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return !one.preRelease || other.preRelease;
}
