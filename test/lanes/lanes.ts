import type { EngineChoice } from '../site/engine.ts';
import type { EngineVariant } from '../site/start-engine.ts';

/** A machine that the product is promised to work on. What is not named is as on an ordinary one. */
export interface Lane extends EngineChoice {
  readonly name: string;
  /** Docker's own image store, or containerd's (`containerd-snapshotter`). */
  readonly store: 'overlay2' | 'containerd';
  /** A containerd of its own with its root on another file system, of so many MiB. */
  readonly containerdMib?: number;
  /** Root in a container is another user of the machine (CIS Docker Benchmark 2.9). */
  readonly usernsRemap?: boolean;
  /** ~/.docker/config.json still names the proxy of the time before the isolation. */
  readonly proxy?: boolean;
  readonly umask?: number;
  /** `refused`: readiness says that this machine will not do, and nothing is touched. */
  readonly ends: 'installed' | 'refused';
}

/**
 * Every Docker Engine and Compose that Debian's suites offer, each image store, and what sites have been seen to add. Not
 * every combination: each value occurs, and each pair of Engine and Compose.
 */
export const lanes: readonly Lane[] = [
  { name: 'oldest', engine: '26.1', compose: '2.26', store: 'overlay2', ends: 'installed' },
  { name: 'newest', engine: '28.5', compose: '2.40', store: 'overlay2', ends: 'installed' },
  { name: 'oldest-containerd-store', engine: '26.1', compose: '2.26', store: 'containerd', ends: 'installed' },
  { name: 'newest-containerd-store', engine: '28.5', compose: '2.40', store: 'containerd', ends: 'installed' },
  {
    ...{ name: 'containerd-elsewhere', engine: '26.1', compose: '2.40', store: 'containerd', ends: 'installed' },
    containerdMib: 6144,
  },
  {
    ...{ name: 'containerd-disk-too-small', engine: '28.5', compose: '2.40', store: 'containerd', ends: 'refused' },
    containerdMib: 64,
  },
  {
    ...{ name: 'userns-remap', engine: '28.5', compose: '2.26', store: 'overlay2', ends: 'installed' },
    usernsRemap: true,
  },
  {
    ...{ name: 'old-proxy', engine: '26.1', compose: '2.26', store: 'overlay2', ends: 'installed' },
    proxy: true,
  },
  {
    ...{ name: 'umask-077', engine: '26.1', compose: '2.40', store: 'overlay2', ends: 'installed' },
    umask: 0o077,
  },
];

/** What may be promised: the lowest versions that a lane installs on. */
export function provenMinimum(among: readonly Lane[]): { engine: string; compose: string } {
  const installed = among.filter(({ ends }) => ends === 'installed');
  const lowest = (versions: readonly string[]) =>
    versions.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))[0] ?? '';
  return {
    engine: lowest(installed.map(({ engine }) => engine)),
    compose: lowest(installed.map(({ compose }) => compose)),
  };
}

/** The first of the ids that containers' users get, and how many there are; subuid(5). */
export const subordinateIds = { first: 500_000, count: 65_536 } as const;

/** The engine of a lane. `containerdRoot` is where that file system is mounted. */
export function variantOf(lane: Lane, containerdRoot: string): EngineVariant {
  return {
    choice: lane,
    config: {
      ...(lane.store === 'containerd' ? { features: { 'containerd-snapshotter': true } } : {}),
      ...(lane.usernsRemap === true ? { 'userns-remap': 'nobody:nogroup' } : {}),
    },
    ...(lane.containerdMib === undefined ? {} : { containerdRoot }),
  };
}
