import { InstallerError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { Digest } from '../contract/digest.ts';
import { printTree, type Tree } from './template.ts';

/** An image of the bundle: repository in the site's registry, reference at the vendor, manifest or index digest. */
export interface SiteImage {
  readonly name: string;
  readonly ref: string;
  readonly digest: Digest;
}

export interface ComposeContext {
  readonly product: string;
  /** `127.0.0.1:5000` */
  readonly registryAddress: string;
  readonly images: readonly SiteImage[];
  /** The release's other files: path → digest. */
  readonly files: ReadonlyMap<string, Digest>;
  /** Names the file in messages. */
  readonly file: string;
}

type Mapping = { [key: string]: Tree };

/**
 * A rendered Compose document made fit for this site: every image by digest from the site's registry, nothing built,
 * extension sections (`x-…`) dropped, labels added. `io.airgap-installer.files` is a hash over the service's mounted
 * configuration files: Compose compares labels but not the content of files, so this makes it replace the container.
 *
 * @throws PRODUCT_FORMAT for an image that the bundle lacks, a `build`, or a mounted file that the release lacks
 */
export function siteCompose(document: Tree, context: ComposeContext): string {
  const top = mapping(document, 'a mapping', context.file);
  const services = Object.entries(mapping(top.services ?? null, 'services', context.file)).map(
    ([name, service]): [string, Tree] => [name, siteService(mapping(service, name, context.file), context)],
  );
  const kept = Object.entries(top).filter(([key]) => !key.startsWith('x-'));
  return printTree({ ...Object.fromEntries(kept), services: Object.fromEntries(services) }, context.file);
}

function siteService(service: Mapping, context: ComposeContext): Tree {
  if (service.build !== undefined) throw mistake(context.file, 'images only, nothing built on the site', 'build');
  const labels: Mapping = { ...mapping(service.labels ?? {}, 'labels as a mapping', context.file) };
  const mounted = mountedFiles(service, context);
  if (mounted.length > 0) labels['io.airgap-installer.files'] = sha256(mounted.join('\n'));
  if (service.image === undefined) return mounted.length > 0 ? { ...service, labels } : service;
  labels['io.airgap-installer.product'] = context.product;
  labels['io.airgap-installer.vendor-image'] = service.image;
  return { ...service, image: localReference(service.image, context), labels };
}

function localReference(ref: Tree, { images, registryAddress, file }: ComposeContext): string {
  const image = images.find((candidate) => candidate.ref === ref);
  if (image === undefined) throw mistake(file, 'an image of the bundle', String(ref));
  return `${registryAddress}/${image.name}@${image.digest}`;
}

/** `path digest` of each file of the release that the service mounts, alone or with its folder. */
function mountedFiles(service: Mapping, { files, file }: ComposeContext): string[] {
  const volumes = Array.isArray(service.volumes) ? service.volumes : [];
  return volumes.flatMap((volume) => {
    const source = sourceOf(volume);
    if (source === undefined || !source.startsWith('./')) return [];
    const path = source.slice(2);
    const inside = [...files].filter(([name]) => name === path || name.startsWith(`${path}/`));
    if (inside.length === 0) throw mistake(file, 'a mounted file that the product renders', source);
    return inside.map(([name, digest]) => `${name} ${digest}`).sort();
  });
}

function sourceOf(volume: Tree): string | undefined {
  if (typeof volume === 'string') return volume.split(':')[0];
  if (volume === null || typeof volume !== 'object' || Array.isArray(volume)) return undefined;
  return typeof volume.source === 'string' ? volume.source : undefined;
}

function mapping(tree: Tree, what: string, file: string): Mapping {
  if (tree === null || typeof tree !== 'object' || Array.isArray(tree)) throw mistake(file, what, typeof tree);
  return tree;
}

function mistake(file: string, expected: string, found: string): InstallerError {
  return new InstallerError('PRODUCT_FORMAT', { params: { file }, expected, found });
}
