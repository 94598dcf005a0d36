import { sha256 } from '../base/hash.ts';
import { siteLabel } from '../base/site-label.ts';
import type { ContainerSpec } from '../ports/containers.ts';
import { registryContainer, registryRole, specLabel } from './registry-labels.ts';

const storagePath = '/var/lib/registry';
const containerPort = 5000;
/** Registry storage belongs to this user when the installer is root; nobody else on a Linux system has this number. */
const registryUser = 65_532;

export interface RegistrySettings {
  /** Host directory with the registry's storage. */
  registryDir: string;
  /** Loopback port of the host. */
  port: number;
  /** The installation's id (`Journal.siteId`). */
  site: string;
  /** Further labels. */
  labels: Readonly<Record<string, string>>;
}

/** Who owns the storage and runs the registry: never root, unless the installer could not do otherwise. */
export function registryOwner(): { uid: number; gid: number } {
  const uid = process.getuid?.() ?? 0;
  return uid === 0 ? { uid: registryUser, gid: registryUser } : { uid, gid: process.getgid?.() ?? uid };
}

/**
 * CNCF Distribution as it runs on a site: on loopback only, read-only but for its storage.
 * Settings by environment: https://distribution.github.io/distribution/about/configuration/#override-specific-configuration-options
 */
export function registrySpec(settings: RegistrySettings, image: string): ContainerSpec {
  const { uid, gid } = registryOwner();
  const spec = {
    name: registryContainer,
    env: {
      REGISTRY_HTTP_ADDR: `:${containerPort}`,
      REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: storagePath,
      // Distribution 3 would look for a collector on the network
      OTEL_TRACES_EXPORTER: 'none',
    },
    binds: [{ source: settings.registryDir, target: storagePath, readOnly: false }],
    ports: [{ container: containerPort, hostAddress: '127.0.0.1', hostPort: settings.port }],
    user: `${uid}:${gid}`,
    readOnlyRoot: true,
    restart: 'unless-stopped',
  } as const;
  const labels = { ...settings.labels, ...registryRole, [siteLabel]: settings.site };
  return { ...spec, image, labels: { ...labels, [specLabel]: sha256(JSON.stringify({ ...spec, labels })) } };
}

export function registryAddress(port: number): string {
  return `127.0.0.1:${port}`;
}
