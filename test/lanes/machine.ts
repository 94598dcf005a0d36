import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { ensureEngine } from '../site/engine.ts';
import type { Site } from '../site/site.ts';
import type { LaneResult } from './lane-result.ts';
import { type Lane, subordinateIds } from './lanes.ts';

/**
 * Makes this mount namespace the lane's machine, before any engine is started in it: file systems, subordinate ids, the
 * officer's Docker configuration. Returns what the installer's environment has beside the site's own.
 */
export async function prepareMachine(
  lane: Lane,
  { dir, containerdRoot }: { dir: string; containerdRoot: string },
): Promise<Record<string, string>> {
  if (lane.containerdMib !== undefined) {
    await mkdir(containerdRoot);
    await execa('mount', ['-t', 'tmpfs', '-o', `size=${lane.containerdMib}m,mode=0711`, 'tmpfs', containerdRoot]);
  }
  if (lane.usernsRemap === true) {
    const { first, count } = subordinateIds;
    for (const name of ['subuid', 'subgid']) {
      const file = join(dir, name);
      // Also in the file for groups the engine looks for the user's name.
      await writeFile(file, `nobody:${first}:${count}\n`);
      await execa('mount', ['--bind', file, `/etc/${name}`]);
    }
  }
  return lane.proxy === true ? homeWithProxy(lane, dir) : {};
}

/** Takes the lane's file system away again, so that its folder can be removed before this namespace ends. */
export async function takeBackMachine(lane: Lane, { containerdRoot }: { containerdRoot: string }): Promise<void> {
  if (lane.containerdMib !== undefined) await execa('umount', ['--lazy', containerdRoot]);
}

/** A home as it was left from the time when this machine had a way out. Nobody listens at that address. */
async function homeWithProxy(lane: Lane, dir: string): Promise<Record<string, string>> {
  const proxy = 'http://192.0.2.1:3128';
  const config = join(dir, 'home/.docker');
  await mkdir(join(config, 'cli-plugins'), { recursive: true });
  const proxies = { default: { httpProxy: proxy, httpsProxy: proxy } };
  await writeFile(join(config, 'config.json'), JSON.stringify({ proxies }));
  const { env } = await ensureEngine(console.error, lane);
  const plugin = 'cli-plugins/docker-compose';
  await symlink(join(env.DOCKER_CONFIG, plugin), join(config, plugin));
  return { HOME: join(dir, 'home'), DOCKER_CONFIG: config };
}

const info = z.object({
  DriverStatus: z.array(z.tuple([z.string(), z.string()])).nullable(),
  SecurityOptions: z.array(z.string()),
});

/** What the engine says that it is. */
export async function machineOf(site: Site): Promise<LaneResult['machine']> {
  const ask = async (...argv: string[]) => String((await site.exec(['docker', ...argv])).stdout).trim();
  const { DriverStatus, SecurityOptions } = info.parse(JSON.parse(await ask('info', '--format', '{{json .}}')));
  return {
    engine: await ask('version', '--format', '{{.Server.Version}}'),
    compose: await ask('compose', 'version', '--short'),
    containerdStore: DriverStatus?.some(([, value]) => value === 'io.containerd.snapshotter.v1') ?? false,
    userns: SecurityOptions.some((option) => option.startsWith('name=userns')),
  };
}
