import { z } from 'zod';
import { InstallerError } from '../../base/errors.ts';
import type { IdOffset } from '../../ports/containers.ts';

/** https://docs.docker.com/reference/api/engine/version/v1.45/#tag/System/operation/SystemInfo */
export const infoAnswer = z.object({
  DockerRootDir: z.string(),
  DriverStatus: z.array(z.array(z.string())).nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
  HttpProxy: z.string().optional(),
  HttpsProxy: z.string().optional(),
  /** Since API 1.46. */
  Containerd: z.object({ Address: z.string() }).nullish(),
});
export type InfoAnswer = z.infer<typeof infoAnswer>;

/** True with containerd's image store: images are then not below the data root, unless containerd's root is. */
export function usesContainerdStore({ DriverStatus }: InfoAnswer): boolean {
  return DriverStatus?.some(([, value]) => value === 'io.containerd.snapshotter.v1') ?? false;
}

/**
 * With `userns-remap` the engine's data root ends in the ids that root in a container has here (`/var/lib/docker/500000.500000`),
 * and the others follow those. ENGINE_REFUSED when it does not: owners that are guessed would lock services out of their folders.
 */
export function idOffset({ SecurityOptions, DockerRootDir }: InfoAnswer): IdOffset {
  const remapped = SecurityOptions?.some((option) => option.split(',').includes('name=userns')) ?? false;
  if (!remapped) return { uid: 0, gid: 0 };
  const [, uid, gid] = /\/(\d+)\.(\d+)$/.exec(DockerRootDir) ?? [];
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  throw new InstallerError('ENGINE_REFUSED', {
    params: { operation: 'info' },
    expected: 'with userns-remap a data root that ends in UID.GID',
    found: DockerRootDir,
  });
}
