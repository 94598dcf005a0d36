import { InstallerError } from '../base/errors.ts';
import type { StackNames } from '../ports/runtime.ts';
import type { Tree } from './template.ts';

/**
 * The names that Compose will give to what a product's file defines, before anything is rendered.
 * https://docs.docker.com/reference/compose-file/ (`container_name`, and `name` of networks and volumes)
 *
 * @throws PRODUCT_FORMAT for a name that is known only when it is rendered
 */
export function stackNames(document: Tree, project: string, file: string): StackNames {
  const services = Object.entries(section(document, 'services'));
  const networks = Object.entries(section(document, 'networks'));
  const withDefault = services.some(([, service]) => joinsDefault(service)) ? [['default', null] as const] : [];
  const name = (thing: Tree, key: 'name' | 'container_name', otherwise: string): string => {
    const own = field(thing, key);
    if (own === undefined) return otherwise;
    if (typeof own !== 'string' || /\{\{|\$/.test(own)) {
      throw new InstallerError('PRODUCT_FORMAT', { params: { file }, expected: `a plain ${key}`, found: String(own) });
    }
    return own;
  };
  const ofProject = (entries: readonly (readonly [string, Tree])[]) => [
    ...new Set(entries.map(([key, thing]) => name(thing, 'name', `${project}_${key}`))),
  ];
  return {
    project,
    containers: services.map(([key, service]) => name(service, 'container_name', `${project}-${key}-1`)),
    networks: ofProject([...withDefault, ...networks]),
    volumes: ofProject(Object.entries(section(document, 'volumes'))),
  };
}

/** Compose makes this network by itself for services that name none. */
export function joinsDefault(service: Tree): boolean {
  return (
    field(service, 'image') !== undefined &&
    field(service, 'networks') === undefined &&
    field(service, 'network_mode') === undefined
  );
}

function field(tree: Tree, key: string): Tree | undefined {
  return tree === null || typeof tree !== 'object' || Array.isArray(tree) ? undefined : tree[key];
}

function section(document: Tree, key: string): { [key: string]: Tree } {
  const found = field(document, key);
  return found === undefined || found === null || typeof found !== 'object' || Array.isArray(found) ? {} : found;
}
