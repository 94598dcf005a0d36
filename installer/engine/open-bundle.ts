import { sbomPath } from '../contract/sbom.ts';
import type { OpenedBundle } from '../contract/wizard.ts';
import { openMedia } from '../media/open-media.ts';
import type { BaseStore } from '../ports/base-store.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { verifyBundle } from '../trust/verify-bundle.ts';
import { bundleViewOf } from './bundle-view.ts';
import { readProduct } from './product.ts';
import { rootCame } from './root-came.ts';

const notesFile = 'product/release-notes.md';
const maxNotesBytes = 256 * 1024;

/** Signatures and structure of the bundle, without a release to compare it with and without reading its large files. */
export async function openVerified(request: {
  dir: string;
  root: string;
  /** For delta bundles: what this machine has of the installed release. */
  base?: BaseStore;
}): Promise<VerifiedBundle> {
  const { dir, ...trust } = request;
  return verifyBundle({ media: await openMedia(dir), ...trust, expectedProduct: null, installedRelease: null });
}

/** What the officer reads before trusting: who signed, what is inside. The small files shown are hashed as they are read. */
export async function openBundle(request: { dir: string; root: string }): Promise<OpenedBundle> {
  const bundle = await openVerified(request);
  const listed = bundle.manifest.files.map(({ path }) => path);
  const assumed = (bundle.manifest.assumed ?? []).map(({ path }) => path);
  return {
    view: bundleViewOf(bundle),
    rootDigest: bundle.rootDigest,
    rootCame: await rootCame({ root: request.root, bundle: bundle.dir }),
    givenRootDigest: bundle.givenRootDigest,
    rootKeys: [...bundle.rootKeys],
    givenRootVersion: bundle.givenRootVersion,
    product: await readProduct(bundle),
    releaseNotes: listed.includes(notesFile) ? (await bundle.read(notesFile, maxNotesBytes)).toString('utf8') : null,
    sbom: [...listed, ...assumed].filter((path) => sbomPath.safeParse(path).success),
  };
}
