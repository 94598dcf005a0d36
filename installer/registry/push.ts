import type { Digest } from '../contract/digest.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import type { RegistryClient } from './client.ts';
import { type ImageTree, verifiedBlob } from './image-tree.ts';
import { eachConcurrently } from './pool.ts';
import { transferProgress } from './push-progress.ts';

/** Uploads at a time: beyond this, one disk and two cores gain nothing. */
const concurrency = 3;

export interface PushOptions {
  client: RegistryClient;
  /** Each image gets this tag beside its digest, so that the registry's garbage collection keeps it. */
  tag: string;
  signal?: AbortSignal;
  /** Bytes of blobs in the registry, of all that must be there; never goes down. */
  onProgress?: (done: number, total: number, what: string) => void;
}

interface PlannedBlob {
  digest: Digest;
  size: number;
  /** A repository serves only blobs that are linked to it. */
  repositories: string[];
}

/**
 * Brings images into the registry: every blob once over the wire and linked into each repository that needs it, then the
 * manifests, children first. What is there already is not sent again. A manifest is put only when all it names is there,
 * so an interrupted push leaves no image half visible.
 */
export async function pushImages(
  bundle: VerifiedBundle,
  trees: readonly ImageTree[],
  options: PushOptions,
): Promise<void> {
  const { client, signal } = options;
  const blobs = plan(trees);
  const progress = transferProgress(pushSize(trees), options.onProgress ?? (() => undefined));
  await eachConcurrently(
    blobs,
    concurrency,
    async (blob, either) => {
      await pushBlob(bundle, client, blob, either, (bytes) =>
        progress.at(blob.digest, bytes, blob.repositories[0] ?? ''),
      );
      progress.at(blob.digest, blob.size, blob.repositories[0] ?? '');
    },
    signal,
  );
  await eachConcurrently(
    trees,
    concurrency,
    async (tree, either) => {
      for (const manifest of tree.manifests) await client.putManifest(tree.name, manifest.digest, manifest, either);
      const top = tree.manifests.at(-1);
      if (top !== undefined) await client.putManifest(tree.name, options.tag, top, either);
    },
    signal,
  );
}

/** Bytes of all blobs, each counted once. */
export function pushSize(trees: readonly ImageTree[]): number {
  return plan(trees).reduce((sum, { size }) => sum + size, 0);
}

/** True when the registry has every blob and manifest of an image, and the tag. */
export async function isPushed(
  client: RegistryClient,
  tree: ImageTree,
  tag: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const questions = [
    ...tree.blobs.map((blob) => client.hasBlob(tree.name, blob.digest, signal)),
    ...tree.manifests.map(async ({ digest }) => (await client.manifestDigest(tree.name, digest, signal)) === digest),
    client.manifestDigest(tree.name, tag, signal).then((digest) => digest === tree.digest),
  ];
  return (await Promise.all(questions)).every((there) => there);
}

/** Large blobs first, so that the last one does not run alone. */
function plan(trees: readonly ImageTree[]): PlannedBlob[] {
  const planned = new Map<Digest, PlannedBlob>();
  for (const tree of trees) {
    for (const { digest, size } of tree.blobs) {
      const blob = planned.get(digest) ?? { digest, size, repositories: [] };
      if (!blob.repositories.includes(tree.name)) blob.repositories.push(tree.name);
      planned.set(digest, blob);
    }
  }
  return [...planned.values()].sort((a, b) => b.size - a.size);
}

async function pushBlob(
  bundle: VerifiedBundle,
  client: RegistryClient,
  blob: PlannedBlob,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Promise<void> {
  let source: string | undefined;
  for (const repository of blob.repositories) {
    if (await client.hasBlob(repository, blob.digest, signal)) {
      source ??= repository;
      continue;
    }
    if (source !== undefined && (await client.mountBlob(repository, blob.digest, source, signal))) continue;
    await client.uploadBlob(repository, blob.digest, countedBlob(bundle, blob, onSent), signal);
    source ??= repository;
  }
}

/** A body that can be opened again for another try, counting anew. */
function countedBlob(bundle: VerifiedBundle, blob: PlannedBlob, onSent: (bytes: number) => void) {
  const path = verifiedBlob(bundle, blob.digest);
  let sent = 0;
  return {
    size: bundle.file(path).size,
    open: () => {
      sent = 0;
      return bundle.open(path);
    },
    onBytes: (count: number) => {
      sent += count;
      onSent(sent);
    },
  };
}
