import { expect } from 'vitest';
import { bundleFindings } from '../../../installer/trust/bundle-findings.ts';
import { changeManifest, rootBytes, signDocument } from '../../fixtures/trust-medium.ts';
import { type AttackCase, bundleKeys, chained, chainKey, changed, honest, putRoot, rotated } from './honest.ts';

const release =
  (number: number, minimumSourceRelease = 0) =>
  () =>
    honest({ manifest: { release: number, minimumSourceRelease } });
const dated = (dates: { created?: string; expires?: string }) => () => honest({ manifest: dates });
const warns = (now: string, codes: string[]): Pick<AttackCase, 'inspect'> => ({
  inspect: ({ manifest }) => expect(bundleFindings(manifest, new Date(now)).map(({ code }) => code)).toEqual(codes),
});
const largest = Number.MAX_SAFE_INTEGER;

const rollback: readonly Omit<AttackCase, 'goal'>[] = [
  { name: 'none: the same release again', files: release(4), site: { installedRelease: 4 }, ends: 'trusted' },
  { name: 'none: the next release', files: release(5), site: { installedRelease: 4 }, ends: 'trusted' },
  { name: 'an older release, signed', files: release(3), site: { installedRelease: 4 }, ends: 'RELEASE_ROLLBACK' },
  {
    name: 'an older release signed by all keys that there are',
    files: () => honest({ manifest: { release: 3 }, signers: bundleKeys }),
    site: { installedRelease: 4 },
    ends: 'RELEASE_ROLLBACK',
  },
  {
    name: 'an older release with a newer date',
    files: () => honest({ manifest: { release: 3, created: '2030-01-01T00:00:00.000Z' } }),
    site: { installedRelease: 4 },
    ends: 'RELEASE_ROLLBACK',
  },
  {
    name: 'an older root than the officer’s',
    files: () => honest(),
    root: rootBytes(chained(2)),
    ends: 'SIGNATURE_UNKNOWN_KEY',
    file: 'root.json.1.sig',
  },
  {
    name: 'an older root that the officer’s keys signed again',
    files: () => changed((files) => putRoot(files, chained(1), [chainKey(1), chainKey(2)])),
    root: rootBytes(chained(2)),
    ends: 'ROOT_NOT_TRUSTED',
  },
  {
    name: 'another root of the same version',
    files: () => changed((files) => putRoot(files, { ...chained(1), bundle: chained(1).root }, [chainKey(1)])),
    ends: 'ROOT_NOT_TRUSTED',
  },
  {
    name: 'an old root in the officer’s hands, after the site has followed a rotation',
    files: () => honest(),
    site: { knownRootVersion: 2 },
    ends: 'ROOT_NOT_TRUSTED',
  },
  {
    name: 'none: an old root in his hands, and a medium that leads on from it',
    files: () => rotated(2),
    site: { knownRootVersion: 2 },
    ends: 'trusted',
  },
  {
    name: 'an upgrade over a release that it was not made for',
    files: release(9, 7),
    site: { installedRelease: 6, sourceRelease: 6 },
    ends: 'SOURCE_RELEASE_TOO_OLD',
  },
  {
    name: 'none: an upgrade over the release that it was made for',
    files: release(9, 7),
    site: { installedRelease: 7, sourceRelease: 7 },
    ends: 'trusted',
  },
  {
    name: 'an upgrade on a machine where nothing is installed',
    files: release(9, 7),
    site: { installedRelease: null, sourceRelease: null },
    ends: 'SOURCE_RELEASE_TOO_OLD',
  },
];

const fastForward: readonly Omit<AttackCase, 'goal'>[] = [
  {
    name: 'the last release number there is',
    files: release(largest),
    site: { installedRelease: 4 },
    ends: 'RELEASE_LEAP',
  },
  {
    name: 'the last release number there is, on a new site',
    files: release(largest),
    site: { installedRelease: null },
    ends: 'RELEASE_LEAP',
  },
  {
    name: 'a release number beyond all numbers',
    files: () =>
      changed((files) => {
        files.set(
          'bundle.json',
          Buffer.from(String(files.get('bundle.json')).replace('"release": 1,', '"release": 1e999,')),
        );
        signDocument(files, 'bundle.json', bundleKeys.slice(0, 2));
      }),
    site: { installedRelease: 4 },
    ends: 'BUNDLE_FORMAT',
  },
  { name: 'a leap just too far', files: release(1_000_000_005), site: { installedRelease: 4 }, ends: 'RELEASE_LEAP' },
  {
    name: 'none: the farthest leap leaves room for the vendor’s next release',
    files: release(1_000_000_005),
    site: { installedRelease: 1_000_000_004 },
    ends: 'trusted',
  },
  {
    name: 'none: a counter made of date and time',
    files: release(202611211830),
    site: { installedRelease: null },
    ends: 'trusted',
  },
  {
    name: 'a root that leaves a version out',
    files: () => changed((files) => putRoot(files, chained(3), [chainKey(1), chainKey(3)])),
    ends: 'ROOT_NOT_TRUSTED',
    file: 'root.json',
  },
  {
    name: 'a root of the last version there is',
    files: () => changed((files) => putRoot(files, chained(largest), [chainKey(1), chainKey(largest)])),
    ends: 'ROOT_NOT_TRUSTED',
    file: 'root.json',
  },
  {
    name: 'a chain of rotations with a gap',
    files: () =>
      rotated(5, (files) => {
        for (const path of [...files.keys()]) if (path.startsWith('root.3.json')) files.delete(path);
      }),
    ends: 'SIGNATURE_UNKNOWN_KEY',
  },
];

const freeze: readonly Omit<AttackCase, 'goal'>[] = [
  {
    name: 'a release past its date is said to be, and refused by nobody: site clocks are wrong',
    files: dated({ expires: '2025-01-01T00:00:00.000Z' }),
    ends: 'trusted',
    ...warns('2026-01-01T00:00:00Z', ['BUNDLE_EXPIRED']),
  },
  {
    name: 'none: before its date nothing is said',
    files: dated({ expires: '2027-01-01T00:00:00.000Z' }),
    ends: 'trusted',
    ...warns('2026-01-01T00:00:00Z', []),
  },
  {
    name: 'none: without a date nothing is said',
    files: dated({}),
    ends: 'trusted',
    ...warns('2126-01-01T00:00:00Z', []),
  },
  {
    name: 'a clock set back before the bundle was made is said to be wrong',
    files: dated({ created: '2025-06-01T00:00:00.000Z', expires: '2025-12-01T00:00:00.000Z' }),
    ends: 'trusted',
    ...warns('2024-01-01T00:00:00Z', ['BUNDLE_CLOCK']),
  },
  {
    name: 'the date changed on the stick',
    files: () =>
      changed((files) =>
        changeManifest(files, (manifest) => Object.assign(manifest, { expires: '2099-01-01T00:00:00.000Z' })),
      ),
    ends: 'SIGNATURE_INVALID',
  },
  { name: 'a date that is none, signed', files: dated({ expires: 'never' }), ends: 'BUNDLE_FORMAT' },
];

export const versionCases: readonly AttackCase[] = [
  ...rollback.map((each) => ({ goal: 'Rollback attacks' as const, ...each })),
  ...fastForward.map((each) => ({ goal: 'Fast-forward attacks' as const, ...each })),
  ...freeze.map((each) => ({ goal: 'Indefinite freeze attacks' as const, ...each })),
];
