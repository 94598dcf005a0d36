import { InstallerError } from '../installer/base/errors.ts';
import { sha256 } from '../installer/base/hash.ts';
import { type BundleManifest, bundleManifest, signatureNamespaces } from '../installer/contract/manifest.ts';
import type { CreateContext, CreateResult } from './create-types.ts';
import type { Inputs } from './look-at-inputs.ts';
import { signSsh } from './signing/sshsig.ts';
import type { BundleOutput } from './writing/bundle-output.ts';

/**
 * Writes root.json, and bundle.json with its signatures: last, so that what was interrupted is no bundle. Throws USAGE for a
 * manifest that the contract does not know or that a stick cannot hold.
 */
export async function sealBundle(
  output: BundleOutput,
  manifest: BundleManifest,
  { root, keys }: Inputs,
  { signal, onEvent }: CreateContext,
): Promise<CreateResult> {
  requireDistinctNames(manifest);
  const checked = bundleManifest.safeParse(manifest);
  if (!checked.success) throw new InstallerError('USAGE', { params: { what: 'bundle.json' }, cause: checked.error });
  await output.writeTrustFile('root.json', root.bytes);
  for (const { name, bytes } of root.carried) await output.writeTrustFile(name, bytes);
  const bytes = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  signal.throwIfAborted();
  await output.writeTrustFile('bundle.json', bytes);
  for (const [index, key] of keys.entries()) {
    const file = `bundle.json.${index + 1}.sig`;
    await output.writeTrustFile(file, signSsh(key, signatureNamespaces.bundle, bytes));
    onEvent({ kind: 'signed', file, fingerprint: key.fingerprint });
  }
  await output.sync();
  const { threshold } = root.document.roles.bundle;
  if (keys.length < threshold) onEvent({ kind: 'signaturesMissing', signed: keys.length, threshold });
  return {
    dir: output.dir,
    manifest,
    manifestDigest: sha256(bytes),
    files: manifest.files.length,
    bytes: manifest.files.reduce((sum, file) => sum + file.size, 0),
  };
}

/** A stick's file system may not keep case apart: the site would refuse such a bundle. */
function requireDistinctNames({ files, assumed = [] }: BundleManifest): void {
  const seen = new Map<string, string>();
  for (const { path } of [...files, ...assumed]) {
    const known = seen.get(path.toLowerCase());
    if (known !== undefined) throw new InstallerError('USAGE', { params: { what: path }, found: `${path}, ${known}` });
    seen.set(path.toLowerCase(), path);
  }
}
