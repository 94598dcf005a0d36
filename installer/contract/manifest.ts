import { z } from 'zod';
import { bundlePath, byteCount, digest } from './digest.ts';

/** Namespaces of the SSHSIG signatures, so that a signature over one kind of file never counts for the other. */
export const signatureNamespaces = { root: 'airgap-root', bundle: 'airgap-bundle' } as const;

/** An Ed25519 public key in OpenSSH's one-line form without comment: `ssh-ed25519 AAAA…`. */
export const publicKey = z.string().regex(/^ssh-ed25519 [A-Za-z0-9+/]{68}$/);

const role = z.strictObject({
  keys: z.array(publicKey).min(1).max(32),
  /** How many of the keys must have signed, counted by distinct key material. */
  threshold: z.int().min(1).max(32),
});

/** root.json: the trusted keys by role. `version` counts rotations. */
export const rootDocument = z.strictObject({
  kind: z.literal('airgap-root'),
  schema: z.literal(1),
  version: z.int().min(1),
  roles: z.strictObject({ root: role, bundle: role }),
});
export type RootDocument = z.infer<typeof rootDocument>;

/** A part of a file that is stored in pieces, in order; `path` is where the piece stands on the medium. */
const filePart = z.strictObject({ path: bundlePath, size: byteCount, digest });

/**
 * A file of the bundle. `chunks` are the sha256 digests of consecutive pieces of `chunkSize` bytes (the last may be
 * shorter), so that the damaged place of a large file can be named. With `parts` the file itself is not on the medium.
 */
export const bundleFile = z.strictObject({
  path: bundlePath,
  size: byteCount,
  digest,
  chunks: z.array(digest).max(65_536).optional(),
  parts: z.array(filePart).min(2).max(4096).optional(),
});
export type BundleFile = z.infer<typeof bundleFile>;

/** An image: its name in the product, the reference it had at the vendor, and its OCI manifest or index digest. */
export const bundleImage = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/),
  ref: z.string().max(512),
  digest,
  mediaType: z.string().max(128),
  /** Bytes of all its blobs as stored (compressed). */
  size: byteCount,
  /** Bytes of its layers unpacked, for the disk budget; null where the vendor did not measure. */
  unpackedSize: byteCount.nullable(),
});
export type BundleImage = z.infer<typeof bundleImage>;

export const bundleModel = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  path: bundlePath,
  size: byteCount,
  digest,
});
export type BundleModel = z.infer<typeof bundleModel>;

/**
 * A file that a delta bundle needs and does not carry: it must be on the site already, put there by the base release. Only what
 * the site keeps by its digest or by the base's release can be one: blobs, models, packages, tools and SBOMs.
 */
export const assumedFile = z.strictObject({ path: bundlePath, size: byteCount, digest });
export type AssumedFile = z.infer<typeof assumedFile>;

/** The release that a delta bundle builds on, known by the sha256 of its bundle.json. */
export const baseRelease = z.strictObject({ release: z.int().min(1), manifestDigest: digest });
export type BaseRelease = z.infer<typeof baseRelease>;

/** bundle.json: what the bundle is and every file in it but root.json*, bundle.json* (those are signed, not listed). */
export const bundleManifest = z.strictObject({
  kind: z.literal('airgap-bundle'),
  schema: z.literal(1),
  product: z.strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
    version: z.string().min(1).max(64),
    title: z.string().max(128),
  }),
  /** The release counter: only goes up. */
  release: z.int().min(1),
  /** The lowest installed release from which an upgrade to this one may start; 0: any, also a first install. */
  minimumSourceRelease: z.int().min(0),
  /** Informative, never a reason to refuse: site clocks are wrong. RFC 3339, UTC. */
  created: z.iso.datetime(),
  /** After this time the vendor asks for a newer release. Warns and never decides alone, for the same reason. */
  expires: z.iso.datetime().optional(),
  /** Delta bundles only, together with `assumed`. */
  base: baseRelease.optional(),
  chunkSize: z.int().min(1),
  images: z.array(bundleImage).max(1024),
  models: z.array(bundleModel).max(64),
  files: z.array(bundleFile).min(1).max(100_000),
  /** Documents that are read before the site is looked at (product/, image manifests, index.json) are never among them. */
  assumed: z.array(assumedFile).min(1).max(100_000).optional(),
});
export type BundleManifest = z.infer<typeof bundleManifest>;

export const defaultChunkSize = 64 * 1024 * 1024;
