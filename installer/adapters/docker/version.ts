import type Docker from 'dockerode';
import { z } from 'zod';
import type { ContainerEngine } from '../../ports/containers.ts';
import { containerdRoot } from './containerd-root.ts';
import { idOffset, infoAnswer, usesContainerdStore } from './engine-info.ts';
import { asking } from './failure.ts';

/** How long an engine may take to say its version before it counts as one that does not answer, in ms. */
const timeoutMs = 15_000;

const versionAnswer = z.object({ Version: z.string(), ApiVersion: z.string() });

/** https://docs.docker.com/reference/api/engine/version/v1.45/#tag/System */
export function versionCall(docker: Docker, at: string): ContainerEngine['version'] {
  // @types/dockerode does not know that these two take options
  const ask = docker as unknown as Record<
    'version' | 'info',
    (options: Docker.ContainerListOptions) => Promise<unknown>
  >;
  return (signal) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const abortSignal = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    return asking({ at, operation: 'version', code: 'ENGINE_UNREACHABLE', signal }, async () => {
      const version = versionAnswer.parse(await ask.version({ abortSignal }));
      const info = infoAnswer.parse(await ask.info({ abortSignal }));
      const dataRoot = info.DockerRootDir;
      return {
        engine: version.Version,
        api: version.ApiVersion,
        dataRoot,
        imageRoot: usesContainerdStore(info) ? await containerdRoot(info.Containerd?.Address, dataRoot) : dataRoot,
        idOffset: idOffset(info),
        proxy: info.HttpProxy || info.HttpsProxy || undefined,
      };
    });
  };
}
