import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { InstallerError } from '../../installer/base/errors.ts';
import { readSmallFile } from '../writing/read-small.ts';
import { askHelper } from './credential-helper.ts';
import type { FindLogin, RegistryLogin } from './registry-login.ts';

const maxConfigBytes = 1024 * 1024;

/** https://docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties */
const dockerConfig = z.object({
  auths: z
    .record(
      z.string(),
      z.object({
        auth: z.string().optional(),
        username: z.string().optional(),
        password: z.string().optional(),
        identitytoken: z.string().optional(),
      }),
    )
    .default({}),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).default({}),
});

type DockerConfig = z.infer<typeof dockerConfig>;

/** Docker Hub's, in the files of all versions. */
const dockerHubKey = 'https://index.docker.io/v1/';

/**
 * Logins out of AIRGAP_REGISTRY_USERNAME and AIRGAP_REGISTRY_PASSWORD, else out of a docker config.json: the given one (it
 * must be there), or $DOCKER_CONFIG/config.json or ~/.docker/config.json, with the credential helpers that it names. Never from an argument: those are in process lists.
 */
export function findLoginIn(configFile: string | undefined, env: NodeJS.ProcessEnv = process.env): FindLogin {
  const { AIRGAP_REGISTRY_USERNAME: username, AIRGAP_REGISTRY_PASSWORD: password } = env;
  if (username && password) return async () => ({ username, password });
  const file = configFile ?? join(env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
  let config: Promise<DockerConfig> | undefined;
  return async (registry) => {
    config ??= readConfig(file, configFile !== undefined);
    return loginFor(registry, await config);
  };
}

/** As docker does it: a helper for this registry, else the store of all, else what stands in the file. */
async function loginFor(registry: string, config: DockerConfig): Promise<RegistryLogin | undefined> {
  const same = (key: string) => registryOf(key) === registry;
  const [, entry] = Object.entries(config.auths).find(([key]) => same(key)) ?? [];
  const [, ownHelper] = Object.entries(config.credHelpers).find(([key]) => same(key)) ?? [];
  const helper = ownHelper ?? (entry === undefined ? undefined : config.credsStore);
  const found = entry === undefined ? undefined : toLogin(entry);
  if (found !== undefined || helper === undefined) return found;
  return askHelper(helper, registry === 'docker.io' ? dockerHubKey : registry);
}

async function readConfig(file: string, required: boolean): Promise<DockerConfig> {
  let text: string;
  try {
    text = (await readSmallFile(file, maxConfigBytes)).toString('utf8');
  } catch (error) {
    // nobody has logged in here: public images need no login
    if (!required) return dockerConfig.parse({});
    throw error;
  }
  return parseConfig(text, file);
}

function parseConfig(text: string, file: string): DockerConfig {
  try {
    return dockerConfig.parse(JSON.parse(text));
  } catch {
    // the cause would quote what stands in the file, and that is secrets
    throw new InstallerError('SOURCE_UNREADABLE', { params: { file }, expected: 'docker’s config.json' });
  }
}

function toLogin(entry: DockerConfig['auths'][string]): RegistryLogin | undefined {
  if (entry.identitytoken) return { identityToken: entry.identitytoken };
  const decoded = Buffer.from(entry.auth ?? '', 'base64')
    .toString('utf8')
    .replaceAll('\0', '');
  const colon = decoded.indexOf(':');
  if (colon > 0) return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  return entry.username && entry.password ? { username: entry.username, password: entry.password } : undefined;
}

/** Keys are hosts or, from older versions, URLs; Docker Hub's is `https://index.docker.io/v1/`. */
function registryOf(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === 'index.docker.io' ? 'docker.io' : host;
}
