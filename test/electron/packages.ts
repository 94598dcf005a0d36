import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { privateApt } from '../site/apt.ts';
import { thisDistribution } from '../site/archive.ts';
import { SYSTEM_PATH } from '../site/host-packages.ts';
import { withLock } from '../site/lock.ts';
import { cacheRoot, type Log } from '../site/paths.ts';

const programs = SYSTEM_PATH.split(':');
const libraries = ['/usr/lib/x86_64-linux-gnu', '/lib/x86_64-linux-gnu'];

/** What a window without a screen needs of Debian, and a file by which each package is known. */
const needed: readonly { name: string; file: string; in: readonly string[] }[] = [
  { name: 'libgtk-3-0', file: 'libgtk-3.so.0', in: libraries },
  { name: 'libnss3', file: 'libnss3.so', in: libraries },
  { name: 'libgbm1', file: 'libgbm.so.1', in: libraries },
  { name: 'libasound2', file: 'libasound.so.2', in: libraries },
  { name: 'xvfb', file: 'Xvfb', in: programs },
  { name: 'xauth', file: 'xauth', in: programs },
  { name: 'sudo', file: 'sudo', in: programs },
  // Reads the text of the report's PDF.
  { name: 'poppler-utils', file: 'pdftotext', in: programs },
];

/** Installs with apt what this machine lacks for the desktop suite, saying which packages. */
export async function ensureDesktopPackages(log: Log): Promise<void> {
  if (missing().length === 0) return;
  if (process.getuid?.() !== 0) throw new Error(`root is needed to install ${missing().join(', ')}`);
  await withLock(join(cacheRoot(), 'host-packages.lock'), async () => {
    const packages = missing();
    if (packages.length === 0) return;
    log(`apt-get install ${packages.join(' ')} (missing on this machine)`);
    const { codename } = await thisDistribution();
    const apt = await privateApt(join(cacheRoot(), 'apt-host'), [codename], 'machine');
    await apt.update();
    await apt.install(packages);
    const still = missing();
    if (still.length > 0) throw new Error(`after installing them these are still missing: ${still.join(', ')}`);
  });
}

function missing(): string[] {
  return needed.filter((one) => !one.in.some((dir) => existsSync(join(dir, one.file)))).map(({ name }) => name);
}
