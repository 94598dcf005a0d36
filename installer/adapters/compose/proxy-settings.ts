import type { ProxySetting } from '../../ports/runtime.ts';
import { configFiles, type Environment, readDockerConfig } from './docker-config.ts';

/** https://docs.docker.com/engine/cli/proxy/ */
const proxyKeys = ['httpProxy', 'httpsProxy', 'ftpProxy', 'allProxy'];
const variables = ['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy'];

/** Proxies of the officer's Docker configuration and environment, which this installer keeps away from containers. */
export async function proxySettings(env: Environment): Promise<ProxySetting[]> {
  const found: ProxySetting[] = [];
  for (const file of configFiles(env)) {
    const engines = Object.values((await readDockerConfig(file))?.proxies ?? {});
    const [first] = engines.flatMap((proxies) => proxyKeys.flatMap((key) => proxies[key] ?? []));
    if (first !== undefined) found.push({ source: 'file', name: file, proxy: hostOf(String(first)) });
  }
  for (const name of variables.flatMap((each) => [each, each.toUpperCase()])) {
    const value = env[name];
    if (value !== undefined && value !== '') found.push({ source: 'environment', name, proxy: hostOf(value) });
  }
  return found;
}

/** Host and port alone: a proxy's address may hold a password. */
export function hostOf(proxy: string): string {
  return URL.parse(proxy)?.host || URL.parse(`http://${proxy}`)?.host || '?';
}
