import { engineAddress } from '../installer/adapters/docker/connect.ts';
import { createImageExport } from '../installer/adapters/docker/image-export.ts';
import type { CreateContext } from './create-types.ts';
import type { SourceOptions } from './images/open-source.ts';
import { hostPlatform, type Platform, type PlatformChoice } from './images/platform.ts';
import type { Inputs } from './look-at-inputs.ts';
import { findLoginIn } from './registry/credentials.ts';

/** How sources are read, with one count of bytes over all of them. */
export function sourceOptions({ options, registryCa, totalBytes }: Inputs, context: CreateContext): SourceOptions {
  let done = 0;
  let total = totalBytes;
  return {
    platforms: choice(options.platform),
    compress: options.compress ?? 'zstd',
    signal: context.signal,
    onBytes(count) {
      done += count;
      context.onEvent({ kind: 'progress', doneBytes: done, totalBytes: Math.max(total, done) });
    },
    onMore(count) {
      total += count;
    },
    engine: () => context.engine ?? createImageExport(engineAddress(process.env)),
    registry: { ca: registryCa, findLogin: findLoginIn(options.registryConfig) },
  };
}

function choice(platform: Platform | PlatformChoice | undefined): PlatformChoice {
  if (platform === undefined) return [hostPlatform()];
  return platform === 'all' || 'length' in platform ? platform : [platform];
}
