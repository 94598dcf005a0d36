import type { RootCame } from '../contract/requests.ts';
import { sbomPath } from '../contract/sbom.ts';
import type { OpenedBundle } from '../contract/wizard.ts';
import { openMedia } from '../media/open-media.ts';
import type { BaseStore } from '../ports/base-store.ts';
import type { VerifiedBundle } from '../ports/verified-bundle.ts';
import { readOfficerRoot } from '../trust/officer-root.ts';
import { verifyBundle } from '../trust/verify-bundle.ts';
import { bundleViewOf } from './bundle-view.ts';
import type { EnginePorts } from './ports.ts';
import { readProduct } from './product.ts';
import { readSiteTrust, type SiteTrust } from './site-trust.ts';

const notesFile = 'product/release-notes.md';
const maxNotesBytes = 256 * 1024;

/** Signatures and structure of the bundle, judged by what the site remembers, without reading the bundle's large files. */
export async function openVerified(request: {
  dir: string;
  root: string;
  site: SiteTrust;
  /** For delta bundles: what this machine has of the installed release. */
  base?: BaseStore;
}): Promise<{ bundle: VerifiedBundle; came: RootCame }> {
  const { dir, root: file, site, ...base } = request;
  const media = await openMedia(dir);
  const root = await readOfficerRoot(file, media.dir);
  return { bundle: await verifyBundle({ media, root, ...site, ...base }), came: root.came };
}

/** What the officer reads before trusting: who signed, what is inside. The small files shown are hashed as they are read. */
export async function openBundle(
  ports: Pick<EnginePorts, 'readJournal'>,
  request: { dir: string; root: string },
): Promise<OpenedBundle> {
  // which release must be installed before is no question of trust: plan and readiness say it, and one may look before
  const { sourceRelease: _later, ...site } = readSiteTrust(ports);
  const { bundle, came } = await openVerified({ ...request, site });
  const listed = bundle.manifest.files.map(({ path }) => path);
  const assumed = (bundle.manifest.assumed ?? []).map(({ path }) => path);
  return {
    view: bundleViewOf(bundle),
    rootDigest: bundle.rootDigest,
    rootCame: came,
    givenRootDigest: bundle.givenRootDigest,
    rootKeys: [...bundle.rootKeys],
    givenRootVersion: bundle.givenRootVersion,
    product: await readProduct(bundle),
    releaseNotes: listed.includes(notesFile) ? (await bundle.read(notesFile, maxNotesBytes)).toString('utf8') : null,
    sbom: [...listed, ...assumed].filter((path) => sbomPath.safeParse(path).success),
  };
}
