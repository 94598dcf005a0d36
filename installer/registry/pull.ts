import { InstallerError } from '../base/errors.ts';
import type { ContainerEngine } from '../ports/containers.ts';
import type { ImageTree } from './image-tree.ts';

export interface WantedImage {
  tree: ImageTree;
  /** By digest, out of the local registry. */
  ref: string;
  /** Bytes that count for progress. */
  size: number;
}

/**
 * Pulls images into the engine one after the other (it unpacks an image's layers in parallel itself). IMAGE_PULL when the
 * engine's image is not the one that the manifest names.
 */
export async function pullImages(
  engine: ContainerEngine,
  wanted: readonly WantedImage[],
  options: { signal: AbortSignal; onProgress: (done: number, what: string) => void },
): Promise<void> {
  let finished = 0;
  for (const { tree, ref, size } of wanted) {
    let highest = 0;
    if (!isRight(tree, await engine.imageId(ref))) {
      await engine.pullImage(ref, {
        signal: options.signal,
        onProgress: (done, total) => {
          // the engine learns layers' sizes on the way: never go back, never beyond this image's share
          highest = Math.max(
            highest,
            total === 0 ? 0 : Math.min(size, Math.floor((done / Math.max(total, size)) * size)),
          );
          options.onProgress(finished + highest, tree.name);
        },
      });
      const id = await engine.imageId(ref);
      if (!isRight(tree, id)) {
        throw new InstallerError('IMAGE_PULL', {
          params: { image: ref },
          expected: [...tree.ids].join(' or '),
          found: id ?? 'no such image',
        });
      }
    }
    finished += size;
    options.onProgress(finished, tree.name);
  }
}

function isRight(tree: ImageTree, id: string | undefined): boolean {
  return id !== undefined && tree.ids.has(id);
}
