import type { BundleManifest } from '../installer/contract/manifest.ts';
import type { Platform } from './images/platform.ts';
import type { ModelSource } from './writing/match-models.ts';

export interface CreateOptions {
  /** Folder with product.yaml; all of it travels. */
  productDir: string;
  /** Folder to write to: must not exist, or be empty. */
  out: string;
  /** Image sources: the path of a docker-save or OCI archive (plain, gzip or zstd), or `oci:DIR`. */
  images: readonly string[];
  /** GGUF files for the product's models. */
  models: readonly ModelSource[];
  /** The release counter, from 1. */
  release: number;
  /** Lowest installed release that may be upgraded to this one; default 0: any. */
  minimumSourceRelease?: number;
  /** root.json; signatures beside it (FILE.*.sig) travel too. */
  rootFile: string;
  /** Private keys (OpenSSH or PKCS #8 PEM, Ed25519, unencrypted). None: sign bundle.json yourself with ssh-keygen. */
  signKeys: readonly string[];
  /** Bytes; larger files are stored in parts. Default 3.5 GiB, so that FAT32 takes them. */
  partSize?: number;
  /** Bytes; default 64 MiB. */
  chunkSize?: number;
  /** Default: SOURCE_DATE_EPOCH where set, else now. All else in a bundle depends on the inputs alone. */
  created?: Date;
  /** Which image of a multi-platform one; default linux on this machine's architecture. */
  platform?: Platform;
}

export type CreateEvent =
  | { kind: 'source'; source: string }
  /** Bytes read from the sources; monotonic. */
  | { kind: 'progress'; doneBytes: number; totalBytes: number }
  | { kind: 'image'; name: string; ref: string; digest: string; size: number }
  /** A source has this image, the product does not name it: it is not in the bundle. */
  | { kind: 'ignored'; source: string; ref: string }
  | { kind: 'model'; id: string; path: string; digest: string; size: number }
  | { kind: 'signed'; file: string; fingerprint: string }
  /** Not yet installable: this many signatures are there, this many are asked for by root.json. */
  | { kind: 'signaturesMissing'; signed: number; threshold: number };

export interface CreateContext {
  signal: AbortSignal;
  onEvent: (event: CreateEvent) => void;
}

export interface CreateResult {
  dir: string;
  manifest: BundleManifest;
  /** sha256 over bundle.json: what `sha256sum` prints and the officer's report names. */
  manifestDigest: string;
  /** Listed files (count). */
  files: number;
  /** Bytes of the listed files. */
  bytes: number;
}
