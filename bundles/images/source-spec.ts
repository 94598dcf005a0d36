import { sourceError } from './source-error.ts';

/** One `--images` source. */
export type SourceSpec =
  | { kind: 'archive'; path: string }
  | { kind: 'layout'; path: string }
  | { kind: 'docker'; ref: string; as: string | undefined }
  | { kind: 'registry'; ref: string; as: string | undefined };

export const supportedSources =
  'path of a docker-save or OCI archive (plain, gzip or zstd), oci:DIR, docker:REF, or registry:HOST/NAME:TAG';

const remote = /^(?:([^=:/][^=]*)=)?(docker|registry):(.+)$/;

/**
 * `PATH`, `oci:DIR`, `[PRODUCT_REF=]docker:REF`, `[PRODUCT_REF=]registry:REF`; a path may hold a colon after a slash. Throws
 * SOURCE_FORMAT for another scheme.
 */
export function parseSource(source: string): SourceSpec {
  const [, as, kind, ref = ''] = remote.exec(source) ?? [];
  if (kind === 'docker' || kind === 'registry') return { kind, ref, as };
  const scheme = /^([a-z][a-z0-9+-]*):/.exec(source)?.[1];
  if (scheme === undefined) return { kind: 'archive', path: source };
  if (scheme === 'oci') return { kind: 'layout', path: source.slice('oci:'.length) };
  throw sourceError(source, `scheme ${scheme}:`, { expected: supportedSources, found: `${scheme}:` });
}
