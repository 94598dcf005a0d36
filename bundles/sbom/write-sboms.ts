import type { ProductDefinition } from '../../installer/contract/product.ts';
import { languages } from '../../installer/contract/texts.ts';
import type { CreateEvent } from '../create-types.ts';
import type { CollectedImage } from '../images/collect-images.ts';
import type { StoredLayer } from '../images/ingest-layer.ts';
import type { BundleOutput } from '../writing/bundle-output.ts';
import { buildBom } from './build-bom.ts';
import type { ListedSbom } from './listed-sbom.ts';
import { distributionOf, packagesIn } from './parse-packages.ts';
import { type GivenSbom, parseSbom } from './read-given.ts';
import { sbomPage } from './sbom-page.ts';
import { overlay, type ScannedLayer, scanLayer } from './scan-layer.ts';

export interface SbomContext {
  product: Pick<ProductDefinition, 'title' | 'version'>;
  onEvent: (event: CreateEvent) => void;
  signal: AbortSignal;
}

/**
 * Writes an SBOM for each image into sbom/ (of each platform, where it has several), as given or as read out of its layers,
 * and a page in each language that lists them. Throws SOURCE_FORMAT for a layer that is no tar.
 */
export async function writeSboms(
  output: BundleOutput,
  images: readonly CollectedImage[],
  given: readonly GivenSbom[],
  context: SbomContext,
): Promise<void> {
  const scans = new Map<string, ScannedLayer>();
  const listed: ListedSbom[] = [];
  for (const collected of images) {
    const vendors = given.find(({ image }) => image === collected.entry.name);
    const written =
      vendors === undefined
        ? await readOut(output, collected, scans, context.signal)
        : [{ path: `sbom/${collected.entry.name}.cdx.json`, platform: '', bytes: vendors.bytes }];
    for (const { path, platform, bytes } of written) {
      await output.put(path, [bytes]);
      const document = parseSbom(bytes, path);
      const isGiven = vendors !== undefined;
      listed.push({ image: collected.entry, platform, path, given: isGiven, document });
      context.onEvent({
        ...{ kind: 'sbom', image: collected.entry.name, path },
        ...{ components: document.components.length, given: isGiven },
      });
    }
  }
  for (const language of languages) {
    await output.put(`sbom/index.${language}.html`, [Buffer.from(sbomPage(context.product, listed, language))]);
  }
}

async function readOut(
  output: BundleOutput,
  { entry, image }: CollectedImage,
  scans: Map<string, ScannedLayer>,
  signal: AbortSignal,
): Promise<{ path: string; platform: string; bytes: Buffer }[]> {
  const several = image.variants.length > 1;
  const written: { path: string; platform: string; bytes: Buffer }[] = [];
  for (const { platform, layers } of image.variants) {
    const scanned: ScannedLayer[] = [];
    for (const layer of layers) {
      signal.throwIfAborted();
      scanned.push(await scanOnce(output, entry.ref, layer, scans));
    }
    const files = overlay(scanned);
    const bytes = buildBom({ ...entry, platform }, packagesIn(files), distributionOf(files));
    const suffix = several ? `.${platform.replaceAll(/[^a-z0-9]/g, '-')}` : '';
    written.push({ path: freeName(`sbom/${entry.name}${suffix}`, written), platform, bytes });
  }
  return written;
}

/** An index may name a platform twice: neither list may take the other's place. */
function freeName(name: string, written: readonly { path: string }[]): string {
  const isTaken = (path: string) => written.some((other) => other.path === path);
  let path = `${name}.cdx.json`;
  for (let number = 2; isTaken(path); number++) path = `${name}.${number}.cdx.json`;
  return path;
}

async function scanOnce(
  output: BundleOutput,
  ref: string,
  layer: StoredLayer,
  scans: Map<string, ScannedLayer>,
): Promise<ScannedLayer> {
  const { digest } = layer.file;
  const known = scans.get(digest);
  if (known !== undefined) return known;
  const scanned = await scanLayer(`${ref}: ${digest}`, output.read(layer.file), layer.unpackedSize);
  scans.set(digest, scanned);
  return scanned;
}
