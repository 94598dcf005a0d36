import { InstallerError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { siteLabel } from '../base/site-label.ts';
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
  /** The installation's id (`Journal.siteId`). */
  readonly site: string;
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
 * extension sections (`x-…`) dropped, labels added: the installation's id on everything that Compose makes (site-label.ts). `io.airgap-installer.files` is a hash over the service's mounted
 * configuration files: Compose compares labels but not the content of files, so this makes it replace the container.
 *
 * @throws PRODUCT_FORMAT for an image that the bundle lacks, a `build`, services out of other files, a network or volume that somebody else is to have
 *   made (`external`), or a mounted file that the release lacks
 */
export function siteCompose(document: Tree, context: ComposeContext): string {
  const top = mapping(document, 'a mapping', context.file);
  if (top.include !== undefined) throw mistake(context.file, 'all services in this file', 'include');
  const services = Object.entries(mapping(top.services ?? null, 'services', context.file)).map(
    ([name, service]): [string, Tree] => [name, siteService(mapping(service, name, context.file), context)],
  );
  const kept = Object.entries(top).filter(([key]) => !key.startsWith('x-'));
  const networks = { ...defaultNetwork(top.services ?? {}), ...mapping(top.networks ?? {}, 'networks', context.file) };
  const made = { networks: labelled(networks, context), volumes: labelled(top.volumes ?? {}, context) };
  const used = Object.fromEntries(Object.entries(made).filter(([, things]) => Object.keys(things).length > 0));
  return printTree({ ...Object.fromEntries(kept), ...used, services: Object.fromEntries(services) }, context.file);
}

/** Compose makes this one by itself for services that name no network. */
function defaultNetwork(services: Tree): Mapping {
  const all = Object.values(services ?? {}) as Mapping[];
  // an overlay's services have no image: what they join stands in the file below
  const joins = (service: Mapping) =>
    service.image !== undefined && service.networks === undefined && service.network_mode === undefined;
  return all.some(joins) ? { default: {} } : {};
}

/** The same for every run: newer Compose compares a volume's labels with those that it was made with. */
function labelled(things: Tree, { site, file }: ComposeContext): Mapping {
  const entries = Object.entries(mapping(things, 'a mapping of networks or volumes', file));
  return Object.fromEntries(
    entries.map(([name, tree]): [string, Tree] => {
      const thing = mapping(tree ?? {}, name, file);
      if (thing.external !== undefined) throw mistake(file, 'networks and volumes of its own', `${name}: external`);
      const labels = mapping(thing.labels ?? {}, 'labels as a mapping', file);
      return [name, { ...thing, labels: { ...labels, [siteLabel]: site } }];
    }),
  );
}

function siteService(service: Mapping, context: ComposeContext): Tree {
  if (service.extends !== undefined) throw mistake(context.file, 'services that stand in this file', 'extends');
  if (service.build !== undefined) throw mistake(context.file, 'images only, nothing built on the site', 'build');
  const labels: Mapping = {
    ...mapping(service.labels ?? {}, 'labels as a mapping', context.file),
    [siteLabel]: context.site,
  };
  const mounted = mountedFiles(service, context);
  if (mounted.length > 0) labels['io.airgap-installer.files'] = sha256(mounted.join('\n'));
  if (service.image === undefined) return { ...service, labels };
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
