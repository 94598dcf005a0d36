import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTree } from '../../base/own-tree.ts';
import { trustedFolder } from '../../base/trusted-path.ts';
import { configFiles, type Environment, readDockerConfig } from './docker-config.ts';

/** A folder to stand in for ~/.docker while one command runs. */
export interface NeutralConfig {
  dir: string;
  remove(): Promise<void>;
}

/**
 * A configuration of Docker's programs with nothing in it but where plugins lie. The officer's own holds what must not take
 * effect here: proxies, which the docker command copies into every container, contexts of other engines, credentials.
 * https://docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties
 */
export async function neutralConfig(env: Environment): Promise<NeutralConfig> {
  // never below a folder that TMPDIR names when root works: its owner could exchange what lies there
  const dir = await mkdtemp(join(process.geteuid?.() === 0 ? '/run' : tmpdir(), 'airgap-docker-'));
  await writeFile(join(dir, 'config.json'), JSON.stringify({ cliPluginsExtraDirs: await pluginFolders(env) }));
  return { dir, remove: () => removeTree(dir) };
}

/**
 * Folders with plugins that the officer's configuration names or has beside it; the system's own are looked into anyway. Root
 * takes only those that nobody else can put a program into.
 */
export async function pluginFolders(env: Environment): Promise<string[]> {
  const folders: string[] = [];
  for (const file of configFiles(env)) {
    const config = await readDockerConfig(file);
    folders.push(...(config?.cliPluginsExtraDirs ?? []), join(file, '../cli-plugins'));
  }
  if (process.geteuid?.() !== 0) return folders;
  return [...new Set(folders.flatMap((folder) => trustedFolder(folder) ?? []))];
}
