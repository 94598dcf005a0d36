import type { Readable } from 'node:stream';
import { InstallerError } from '../../base/errors.ts';
import type { ImageExport } from '../../ports/image-export.ts';
import { connect, type EngineAddress, engineAddress } from './connect.ts';
import { asking, httpStatus } from './failure.ts';

/** ImageExport of Docker Engine: https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Image/operation/ImageGetAll */
export function createImageExport(address: EngineAddress = engineAddress(process.env)): ImageExport {
  const { docker, at } = connect(address);
  return {
    export: (refs, signal) =>
      asking({ at, operation: `export ${refs.join(', ')}`, signal }, async () => {
        // asked one by one beforehand: the engine's refusal of the whole does not say which one it lacks
        for (const ref of refs) await requireImage(() => docker.getImage(ref).inspect(), ref);
        return (docker as unknown as UntypedCalls).getImages({ names: [...refs], abortSignal: signal });
      }),
  };
}

/** Of dockerode, and missing in its types. */
interface UntypedCalls {
  getImages(options: { names: string[]; abortSignal: AbortSignal }): Promise<Readable>;
}

async function requireImage(inspect: () => Promise<unknown>, ref: string): Promise<void> {
  try {
    await inspect();
  } catch (error) {
    if (httpStatus(error) !== 404) throw error;
    throw new InstallerError('SOURCE_UNREADABLE', { params: { file: `docker:${ref}` }, cause: error });
  }
}
