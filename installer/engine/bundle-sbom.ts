import {
  type CycloneDx,
  cycloneDx,
  licenseNames,
  type SbomRequest,
  type SbomView,
  sbomLimits,
} from '../contract/sbom.ts';
import { parseJson } from '../trust/parse-json.ts';
import { installedBase, siteBase } from './base-files.ts';
import { openVerified } from './open-bundle.ts';
import type { EnginePorts } from './ports.ts';

/**
 * One list of components out of a bundle whose signatures hold; its own bytes are hashed as they are read. Throws what
 * opening throws, BUNDLE_FILE_MISSING for a list that the bundle has not, BUNDLE_FILE_CHANGED, and SBOM_FORMAT.
 */
export async function bundleSbom(ports: EnginePorts, { path, ...request }: SbomRequest): Promise<SbomView> {
  const journal = ports.readJournal();
  const installed = journal?.installed();
  journal?.close();
  const { bundle } = await openVerified({ ...request, site: {}, ...siteBase(ports.dataDir, installedBase(installed)) });
  const bytes = await bundle.read(path, sbomLimits.documentBytes);
  return sbomViewOf(parseJson<CycloneDx>(bytes, cycloneDx, 'SBOM_FORMAT', path));
}

function sbomViewOf({ metadata, components }: CycloneDx): SbomView {
  const shown: SbomView['components'] = [];
  let bytes = 0;
  for (const item of components.slice(0, sbomLimits.shown)) {
    const { name, version = '', type = '', purl = '' } = item;
    const view = { name, version, type, purl, licenses: licenseNames(item) };
    bytes += Buffer.byteLength(JSON.stringify(view));
    if (bytes > sbomLimits.shownBytes) break;
    shown.push(view);
  }
  const subject = metadata?.component;
  return {
    subject: subject === undefined ? null : { name: subject.name, version: subject.version ?? '' },
    components: shown,
    total: components.length,
  };
}
