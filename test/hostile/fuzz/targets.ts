import type { FuzzTarget } from './target.ts';
import { dockerArchiveTarget } from './targets/docker-archive.ts';
import { framesTarget } from './targets/frames.ts';
import { ggufTarget } from './targets/gguf.ts';
import { manifestTarget } from './targets/manifest.ts';
import { ociArchiveTarget } from './targets/oci-archive.ts';
import { faultNames, plantedTarget } from './targets/planted.ts';
import { sshsigTarget } from './targets/sshsig.ts';
import { zstdTarget } from './targets/zstd.ts';

/** Every reader of what comes from outside, by name. */
export const targetNames = ['manifest', 'sshsig', 'docker-archive', 'oci-archive', 'gguf', 'zstd', 'frames'] as const;

const makers: Record<string, (dir: string) => Promise<FuzzTarget>> = {
  manifest: manifestTarget,
  sshsig: sshsigTarget,
  'docker-archive': dockerArchiveTarget,
  'oci-archive': ociArchiveTarget,
  gguf: ggufTarget,
  zstd: zstdTarget,
  frames: framesTarget,
  ...Object.fromEntries(faultNames.map((fault) => [`planted-${fault}`, plantedTarget(fault)])),
};

/** `dir`: a folder for its files, the caller's to remove. */
export async function openTarget(name: string, dir: string): Promise<FuzzTarget> {
  const make = makers[name];
  if (make === undefined) throw new Error(`no target ${name}; there are ${targetNames.join(', ')}`);
  return make(dir);
}
