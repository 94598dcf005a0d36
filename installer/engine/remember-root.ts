import type { Journal } from '../ports/journal.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';

type KnownRoot = Pick<VerifiedBundle, 'rootVersion' | 'rootDigest' | 'rootBytes'>;

/**
 * A root that rotations led to from the one that the site trusts is remembered as soon as it was verified: the keys that it
 * takes away must not count again, whatever becomes of this run. A site's first root is not: nobody but the officer's word
 * stands for it yet.
 */
export function rememberRotation(journal: Journal, root: KnownRoot): void {
  if (journal.trustedRoot() !== undefined) rememberRoot(journal, root);
}

/** The root of a release that is about to be started; nothing where it is remembered already. */
export function rememberRoot(journal: Journal, { rootVersion, rootDigest, rootBytes }: KnownRoot): void {
  if (journal.trustedRoot()?.digest === rootDigest) return;
  journal.trustRoot({ version: rootVersion, digest: rootDigest, bytes: rootBytes }, Date.now());
}
