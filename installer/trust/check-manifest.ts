import { InstallerError } from '../base/errors.ts';
import type { AssumedFile, BundleFile, BundleManifest } from '../contract/manifest.ts';
import { blobPath } from '../contract/oci.ts';
import { checkNames } from './check-names.ts';
import { isTrustFile } from './signature-files.ts';
import { allStored } from './stored-files.ts';

/** What the schema cannot say about a manifest. Throws BUNDLE_FORMAT and BUNDLE_NAME_COLLISION. */
export function checkManifest(manifest: BundleManifest): void {
  const stored = allStored(manifest).map((file) => file.path);
  // a file in parts does not lie on the medium, but its name is taken all the same
  const joined = manifest.files.filter((file) => file.parts !== undefined).map((file) => file.path);
  const assumed = manifest.assumed ?? [];
  checkNames([...stored, ...joined, ...assumed.map((file) => file.path), 'bundle.json', 'root.json']);
  for (const path of stored) {
    if (isTrustFile(path)) throw unsound(path, 'listed');
  }
  for (const file of manifest.files) checkFile(file, manifest.chunkSize);
  checkBase(manifest);
  for (const file of assumed) checkAssumed(file);
  checkModels(manifest);
}

/** A delta bundle says what it builds on, and only it leaves something out. */
function checkBase({ base, assumed, release }: BundleManifest): void {
  if ((base === undefined) !== (assumed === undefined)) throw unsound('bundle.json', 'base');
  if (base !== undefined && base.release >= release) {
    throw unsound('bundle.json', 'base.release', `< ${release}`, base.release);
  }
}

/** Only what a site keeps from one release to the next; the documents that say what the bundle is are always in it. */
function checkAssumed({ path, digest }: AssumedFile): void {
  if (!/^(blobs|models|packages|tools|sbom)\//.test(path)) throw unsound(path, 'assumed');
  if (path.startsWith('blobs/') && path !== blobPath(digest)) throw unsound(path, 'digest', blobPath(digest));
}

function checkFile(file: BundleFile, chunkSize: number): void {
  if (file.parts !== undefined) {
    const sum = file.parts.reduce((total, part) => total + part.size, 0);
    if (sum !== file.size) throw unsound(file.path, 'parts', file.size, sum);
  }
  if (file.chunks !== undefined) {
    const count = Math.ceil(file.size / chunkSize);
    if (file.chunks.length !== count) throw unsound(file.path, 'chunks', count, file.chunks.length);
  }
  // OCI image layout: a blob's name is its digest, so that nobody can be led from one to another
  if (file.path.startsWith('blobs/') && file.path !== blobPath(file.digest)) {
    throw unsound(file.path, 'digest', blobPath(file.digest));
  }
}

function checkModels(manifest: BundleManifest): void {
  for (const model of manifest.models) {
    const file = [...manifest.files, ...(manifest.assumed ?? [])].find((candidate) => candidate.path === model.path);
    if (file === undefined) throw unsound(model.path, `models.${model.id}`);
    if (file.digest !== model.digest || file.size !== model.size) {
      throw unsound(model.path, `models.${model.id}`, file.digest, model.digest);
    }
  }
}

function unsound(file: string, what: string, expected?: string | number, found?: string | number): InstallerError {
  return new InstallerError('BUNDLE_FORMAT', {
    params: { file, what },
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
  });
}
