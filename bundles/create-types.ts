import type { BundleManifest } from '../installer/contract/manifest.ts';
import type { ImageExport } from '../installer/ports/image-export.ts';
import type { LayerCompression } from './images/ingest-layer.ts';
import type { Platform, PlatformChoice } from './images/platform.ts';
import type { ModelSource } from './writing/match-models.ts';

export interface CreateOptions {
  /** Folder with product.yaml; all of it travels. */
  productDir: string;
  /** Folder to write to: must not exist, or be empty. */
  out: string;
  /**
   * Image sources: the path of a docker-save or OCI archive (plain, gzip or zstd), `oci:DIR`, `docker:REF`, or
   * `registry:HOST/NAME:TAG`; the last two may say which image of the product they are, as `REF=docker:…`.
   */
  images: readonly string[];
  /** Archives that hold images, a model and packages at once, as the deployment guide's script makes them. */
  from?: readonly string[];
  /** GGUF files for the product's models. */
  models: readonly ModelSource[];
  /** Folders (or files) of Python distributions, for pip on the site. */
  packages?: readonly string[];
  /** Files and folders that are carried as they are: the installer's own package, the Compose plugin. */
  tools?: readonly string[];
  /** CycloneDX JSON by image name or reference; what is not given is read from the image itself. */
  sboms?: readonly { image: string; path: string }[];
  /** Release notes (Markdown), shown before the bundle is trusted. */
  notes?: string;
  /** The release counter, from 1. */
  release: number;
  /** Lowest installed release that may be upgraded to this one; default 0: any; with a base, the base. */
  minimumSourceRelease?: number;
  /** When the vendor would have it replaced; RFC 3339, UTC. Only ever warns. */
  expires?: Date;
  /** A base release's bundle (its bundle.json is enough): only what it lacks is written. */
  base?: string;
  /** root.json; signatures beside it (FILE.*.sig) travel too. */
  rootFile: string;
  /** Private keys (OpenSSH or PKCS #8 PEM, Ed25519, unencrypted). None: sign bundle.json yourself with ssh-keygen. */
  signKeys: readonly string[];
  /** What layers become that come uncompressed; default zstd. Compressed ones stay as they are. */
  compress?: LayerCompression;
  /** Bytes; larger files are stored in parts. Default 3.5 GiB, so that FAT32 takes them. */
  partSize?: number;
  /** Bytes; default 64 MiB. */
  chunkSize?: number;
  /** Default: SOURCE_DATE_EPOCH where set, else now. All else in a bundle depends on the inputs alone. */
  created?: Date;
  /** Which images of a multi-platform one; default linux on this machine's architecture. */
  platform?: Platform | PlatformChoice;
  /** PEM file of a certificate authority for registries, beside the machine's own. */
  registryCa?: string;
  /** docker's config.json with logins; default $DOCKER_CONFIG/config.json or ~/.docker/config.json. */
  registryConfig?: string;
}

export type CreateEvent =
  | { kind: 'source'; source: string }
  /** Bytes read from the sources; monotonic. The total grows where a source's size shows only as it is read. */
  | { kind: 'progress'; doneBytes: number; totalBytes: number }
  | { kind: 'image'; name: string; ref: string; digest: string; size: number; source: string }
  /** A source has this image or file, the product does not name it: it is not in the bundle. */
  | { kind: 'ignored'; source: string; ref: string }
  | { kind: 'model'; id: string; path: string; digest: string; size: number; source: string }
  /** Files of packages/ or tools/. */
  | { kind: 'carried'; folder: string; files: number; bytes: number }
  /** A requirements file asks for a project of which packages/ has no distribution. */
  | { kind: 'requirementMissing'; file: string; name: string }
  | { kind: 'sbom'; image: string; path: string; components: number; given: boolean }
  /** A delta bundle leaves these to the site. */
  | { kind: 'delta'; release: number; files: number; bytes: number }
  | { kind: 'signed'; file: string; fingerprint: string }
  /** Not yet installable: this many signatures are there, this many are asked for by root.json. */
  | { kind: 'signaturesMissing'; signed: number; threshold: number };

export interface CreateContext {
  signal: AbortSignal;
  onEvent: (event: CreateEvent) => void;
  /** The engine behind `docker:REF`; default: Docker Engine where DOCKER_HOST says. */
  engine?: ImageExport;
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
