import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
/** Variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const maxBytes = 1024 * 1024;

const dockerConfig = z.object({
  cliPluginsExtraDirs: z.array(z.string()).optional().catch(undefined),
  proxies: z.record(z.string(), z.record(z.string(), z.unknown())).optional().catch(undefined),
});
export type DockerConfig = z.infer<typeof dockerConfig>;

/** The configuration files that the docker command would read for this user, and root's own. */
export function configFiles(env: Environment): string[] {
  const folders = [
    env.DOCKER_CONFIG ?? '',
    env.HOME === undefined ? '' : join(env.HOME, '.docker'),
    process.geteuid?.() === 0 ? '/root/.docker' : '',
  ];
  return [...new Set(folders.filter((folder) => folder.startsWith('/')).map((folder) => join(folder, 'config.json')))];
}

/** undefined where there is none that could be read. It belongs to a user, so it may be a pipe, a device, or anything. */
export async function readDockerConfig(file: string): Promise<DockerConfig | undefined> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile() || stat.size > maxBytes) return undefined;
      return dockerConfig.parse(JSON.parse(await handle.readFile('utf8')));
    } finally {
      await handle.close();
    }
  } catch {
    // what we cannot read does not take effect either: Docker's programs are never given this file
    return undefined;
  }
}
