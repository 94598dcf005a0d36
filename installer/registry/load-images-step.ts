import { InstallerError } from '../base/errors.ts';
import type { Digest } from '../contract/digest.ts';
import type { ContainerEngine } from '../ports/containers.ts';
import type { Step, StepContext } from '../ports/step.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { localReference, readImageTrees, releaseTag } from './bundle-images.ts';
import { type RegistryClient, registryClient } from './client.ts';
import type { ImageTree } from './image-tree.ts';
import { pullImages } from './pull.ts';
import { isPushed, pushImages, pushSize } from './push.ts';

export interface LoadImagesInput {
  bundle: VerifiedBundle;
  engine: ContainerEngine;
  /** The running registry: `127.0.0.1:PORT`. */
  address: string;
}

export interface LoadedImage {
  /** As in the bundle and the product definition. */
  name: string;
  /** `127.0.0.1:PORT/NAME@sha256:…`: what Compose runs. */
  ref: string;
  digest: Digest;
}

export interface ImagesLoaded {
  images: LoadedImage[];
}

/** All images of the bundle are in the local registry, and in the engine out of it, by digest. */
export const loadImages: Step<LoadImagesInput, ImagesLoaded> = {
  id: 'loadImages',
  weight: 30,
  unit: 'bytes',
  reversible: true,

  async check(input, { signal }) {
    const trees = await readImageTrees(input.bundle);
    const there = await withClient(input, (client) => allPresent(input, client, trees, signal));
    return there ? loaded(input, trees) : undefined;
  },

  async run(input, context) {
    const trees = await readImageTrees(input.bundle);
    const { signal } = context;
    const pushTotal = pushSize(trees);
    const pullTotal = trees.reduce((sum, tree) => sum + pullSize(tree), 0);
    const total = pushTotal + pullTotal;
    await withClient(input, (client) =>
      pushImages(input.bundle, trees, {
        client,
        tag: releaseTag(input.bundle),
        signal,
        onProgress: (done, _, what) => context.progress(done, total, what),
      }),
    );
    const wanted = trees.map((tree) => ({ tree, ref: localReference(input.address, tree), size: pullSize(tree) }));
    for (const { ref } of wanted) if (!(await input.engine.hasImage(ref))) context.making({ kind: 'image', name: ref });
    await pullImages(input.engine, wanted, {
      signal,
      onProgress: (done, what) => context.progress(pushTotal + done, total, what),
    });
    for (const tree of trees) emitArtifact(context, input, tree);
    return loaded(input, trees);
  },

  async verify(output, input, { signal }) {
    const trees = await readImageTrees(input.bundle);
    for (const tree of trees) {
      const ref = localReference(input.address, tree);
      const id = await input.engine.imageId(ref);
      if (id === undefined || !tree.ids.has(id)) {
        throw new InstallerError('IMAGE_PULL', { params: { image: ref }, expected: tree.digest, found: id ?? 'none' });
      }
      await withClient(input, async (client) => {
        if (await isPushed(client, tree, releaseTag(input.bundle), signal)) return;
        throw new InstallerError('REGISTRY_DIGEST', {
          params: { image: tree.name },
          expected: tree.digest,
          found: 'incomplete',
        });
      });
    }
    if (output.images.length !== trees.length) {
      throw new InstallerError('IMAGE_PULL', { expected: trees.length, found: output.images.length });
    }
  },
};

async function allPresent(
  input: LoadImagesInput,
  client: RegistryClient,
  trees: readonly ImageTree[],
  signal: AbortSignal,
): Promise<boolean> {
  if (!(await client.answers(signal))) return false;
  const tag = releaseTag(input.bundle);
  const questions = trees.flatMap((tree) => [
    isPushed(client, tree, tag, signal),
    input.engine.imageId(localReference(input.address, tree)).then((id) => id !== undefined && tree.ids.has(id)),
  ]);
  return (await Promise.all(questions)).every((there) => there);
}

/** Bytes that the engine may have to pull; for an index the largest of its images stands for the one it takes. */
function pullSize(tree: ImageTree): number {
  return Math.max(...tree.images.map(({ manifest }) => manifest.layers.reduce((sum, { size }) => sum + size, 0)));
}

function loaded(input: LoadImagesInput, trees: readonly ImageTree[]): ImagesLoaded {
  return {
    images: trees.map((tree) => ({ name: tree.name, ref: localReference(input.address, tree), digest: tree.digest })),
  };
}

function emitArtifact(context: StepContext, input: LoadImagesInput, tree: ImageTree): void {
  const size = tree.blobs.reduce((sum, blob) => sum + blob.size, 0);
  const name = localReference(input.address, tree);
  context.emit({ kind: 'artifact', artifact: { type: 'image', name, digest: tree.digest, size } });
}

async function withClient<T>(input: LoadImagesInput, work: (client: RegistryClient) => Promise<T>): Promise<T> {
  const client = registryClient(input.address);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
