import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { privateApt } from '../../site/apt.ts';
import { withLock } from '../../site/lock.ts';
import { cacheRoot } from '../../site/paths.ts';

/** CNCF Distribution as Debian 12 has it, unpacked into the cache: installing it would start a service on port 5000. */
export async function ensureRegistryProgram(): Promise<string> {
  const prefix = join(cacheRoot(), 'docker-registry-bookworm');
  const program = join(prefix, 'root/usr/bin/docker-registry');
  if (existsSync(program)) return program;
  await withLock(join(cacheRoot(), 'docker-registry.lock'), async () => {
    if (existsSync(program)) return;
    const making = `${prefix}.making`;
    await rm(making, { recursive: true, force: true });
    const apt = await privateApt(join(making, 'apt'), ['bookworm'], 'empty');
    await apt.update();
    const debs = join(making, 'debs');
    await apt.download(['docker-registry'], debs);
    for (const deb of await readdir(debs)) await execa('dpkg', ['-x', join(debs, deb), join(making, 'root')]);
    for (const folder of ['apt', 'debs']) await rm(join(making, folder), { recursive: true });
    await rename(making, prefix);
  });
  return program;
}
