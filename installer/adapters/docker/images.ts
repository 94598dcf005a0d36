import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { ContainerEngine } from '../../ports/containers.ts';
import { asking, askingFor, httpStatus } from './failure.ts';
import { engineMessages } from './message-stream.ts';
import { pullProgress } from './pull-progress.ts';

type ImageCalls = Pick<ContainerEngine, 'loadImage' | 'hasImage' | 'imageId' | 'pullImage' | 'removeImage'>;

/** Images: https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Image */
export function imageCalls(docker: Docker, at: string): ImageCalls {
  const imageId = async (ref: string): Promise<string | undefined> => {
    const found = await askingFor({ at, operation: `inspect image ${ref}` }, () => docker.getImage(ref).inspect());
    return found?.Id;
  };

  return {
    imageId,
    hasImage: async (ref) => (await imageId(ref)) !== undefined,

    loadImage: (archive: Readable, signal) =>
      asking({ at, operation: 'load image', code: 'IMAGE_LOAD', image: 'archive', signal }, async () => {
        // dockerode reports the archive's error as that of the request; ours says which file it was
        let archiveError: unknown;
        archive.once('error', (error) => {
          archiveError = error;
        });
        try {
          // `.pipe` inside dockerode does not end the source when the request breaks
          const options = { quiet: true, ...(signal === undefined ? {} : { abortSignal: signal }) };
          const messages = await docker.loadImage(archive, options);
          for await (const _ of engineMessages(messages as AsyncIterable<Buffer>));
        } catch (error) {
          throw archiveError ?? error;
        } finally {
          archive.destroy();
        }
      }),

    pullImage: (ref, { signal, onProgress }) =>
      asking({ at, operation: `pull ${ref}`, code: 'IMAGE_PULL', image: ref, signal }, async () => {
        const messages = await docker.pull(ref, signal === undefined ? {} : { abortSignal: signal });
        const progress = pullProgress();
        for await (const message of engineMessages(messages as AsyncIterable<Buffer>)) {
          const { done, total } = progress.take(message);
          if (total > 0) onProgress?.(done, total);
        }
      }),

    removeImage: (ref) =>
      asking({ at, operation: `remove image ${ref}` }, async () => {
        try {
          await docker.getImage(ref).remove();
        } catch (error) {
          if (httpStatus(error) !== 404) throw error;
        }
      }),
  };
}
