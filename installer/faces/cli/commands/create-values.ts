import { InvalidArgumentError } from 'commander';
import { type PlatformChoice, parsePlatforms } from '../../../../bundles/platforms.ts';
import { InstallerError } from '../../../base/errors.ts';

/** `FILE` or `ID=FILE`. */
export function collectModel(
  value: string,
  previous: { id?: string; path: string }[],
): { id?: string; path: string }[] {
  const match = /^([a-z0-9][a-z0-9-]*)=(.+)$/.exec(value);
  return [...previous, match?.[1] && match[2] ? { id: match[1], path: match[2] } : { path: value }];
}

/** `IMAGE=FILE`; a reference has no equals sign. */
export function collectSbom(
  value: string,
  previous: { image: string; path: string }[],
): { image: string; path: string }[] {
  const at = value.indexOf('=');
  if (at < 1 || at === value.length - 1) throw new InvalidArgumentError('IMAGE=FILE is expected.');
  return [...previous, { image: value.slice(0, at), path: value.slice(at + 1) }];
}

const units = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 } as const;

/** `3500M`, `4G`, or bytes. */
export function byteSize(value: string): number {
  const match = /^(\d+)([KMG]?)$/.exec(value);
  const bytes = Number(match?.[1]) * units[(match?.[2] ?? '') as keyof typeof units];
  if (!Number.isSafeInteger(bytes) || bytes < 1) {
    throw new InvalidArgumentError('Bytes are expected, or a number with K, M or G (powers of 1024).');
  }
  return bytes;
}

/** `2027-06-30`, or a time in RFC 3339. */
export function date(value: string): Date {
  const parsed = new Date(value);
  if (!/^\d{4}-\d{2}-\d{2}(T.+)?$/.test(value) || Number.isNaN(parsed.getTime())) {
    throw new InvalidArgumentError('A date is expected: 2027-06-30.');
  }
  return parsed;
}

export function platforms(value: string): PlatformChoice {
  try {
    return parsePlatforms(value);
  } catch (error) {
    if (!(error instanceof InstallerError)) throw error;
    throw new InvalidArgumentError(`Expected: ${error.expected}.`);
  }
}
