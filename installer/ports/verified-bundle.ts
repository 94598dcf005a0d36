import type { Readable } from 'node:stream';
import type { Digest } from '../contract/digest.ts';
import type { BundleFile, BundleManifest } from '../contract/manifest.ts';

/** Only trust/ makes values of this type: steps that take it cannot be given a bundle that nobody verified. */
export declare const verified: unique symbol;

export interface Signer {
  role: 'root' | 'bundle';
  /** `SHA256:<base64>` as ssh-keygen -l prints it. */
  fingerprint: string;
}

/** What the root document asks of a role, and what was found: distinct keys, counted by their bytes. */
export interface RoleThreshold {
  role: Signer['role'];
  /** Keys that the role has, of them those that must sign, and those that have signed (counts). */
  keys: number;
  needed: number;
  signed: number;
}

/** A bundle whose signatures, structure and file list hold. Its bytes are hashed again by `open` as they are read. */
export interface VerifiedBundle {
  readonly [verified]: true;
  readonly dir: string;
  readonly manifest: BundleManifest;
  /** sha256 over bundle.json's bytes: the bundle's identity in journal and report. */
  readonly manifestDigest: Digest;
  readonly rootVersion: number;
  /** Version of the root document that the officer gave; below `rootVersion` where rotations led on from there. */
  readonly givenRootVersion: number;
  readonly rootDigest: Digest;
  /** The root document's bytes, as they were judged by. */
  readonly rootBytes: Buffer;
  /** sha256 of the document that the officer gave. */
  readonly givenRootDigest: Digest;
  /** Every key of the root document, whether it signed or not. */
  readonly rootKeys: readonly Signer[];
  readonly signers: readonly Signer[];
  /** Of the role `root` only after a rotation: a root document that is the officer's own needs no signature. */
  readonly thresholds: readonly RoleThreshold[];
  /** The manifest's entry for a path; BUNDLE_FILE_MISSING when it is not listed. */
  file(path: string): BundleFile;
  /**
   * The file's bytes, parts joined, hashed while they flow: the stream errors with BUNDLE_FILE_CHANGED or
   * BUNDLE_FILE_SIZE (naming the file or part to copy again) instead of ending when they are not the signed ones.
   * Commit what was read only after its end.
   */
  open(path: string): Readable;
  /** The verified content of a file of at most `maxBytes`. */
  read(path: string, maxBytes: number): Promise<Buffer>;
  /** The first bytes of a file, NOT verified (its hash covers the whole): for looking at a header early. */
  peek(path: string, bytes: number): Promise<Buffer>;
}
