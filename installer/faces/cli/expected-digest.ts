import { InvalidArgumentError, Option } from 'commander';
import { type Digest, digest } from '../../contract/digest.ts';

/** A digest as people write it down: spaces, capitals and a missing `sha256:` are forgiven; anything else is a usage error. */
export function writtenDigest(value: string): Digest {
  const hex = value.replaceAll(/\s/g, '').toLowerCase();
  const parsed = digest.safeParse(hex.startsWith('sha256:') ? hex : `sha256:${hex}`);
  if (!parsed.success) throw new InvalidArgumentError('Expected sha256: and 64 hexadecimal digits.');
  return parsed.data;
}

export const expectRootOption = () =>
  new Option(
    '--expect-root <digest>',
    'digest of root.json from the vendor’s document; anything else is refused',
  ).argParser(writtenDigest);
export const expectBundleOption = () =>
  new Option(
    '--expect-bundle <digest>',
    'digest of bundle.json from the vendor’s document; anything else is refused',
  ).argParser(writtenDigest);
