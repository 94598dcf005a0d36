import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type DemoBundle, makeDemoBundle } from '../../site/demo-bundle.ts';
import type { Log } from '../../site/paths.ts';
import { createSite, type Site } from '../../site/site.ts';
import { type ProductApp, packageProduct } from './product-app.ts';
import { until } from './until.ts';
import { allowCommand } from './user.ts';

/** An isolated site, the vendor's stick, and the packaged installer of a person who may become root for its engine alone. */
export interface DesktopSite {
  site: Site;
  stick: DemoBundle;
  product: ProductApp;
  /** From now on the person may become root for the engine. */
  allowElevation(): Promise<void>;
  /** Process numbers of the engines that run as root. */
  engines(): Promise<number[]>;
  /** Ends the engine that runs as root at once, as a power cut does; resolves when it is gone. */
  killEngine(): Promise<void>;
  destroy(): Promise<void>;
}

export async function makeDesktopSite(log: Log): Promise<DesktopSite> {
  const { user } = inject('desktop');
  const dir = await mkdtemp('/var/tmp/airgap-desktop-site-');
  const undo: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true, maxRetries: 5 })];
  const destroy = async () => {
    for (const each of undo.splice(0).toReversed()) await each();
  };
  try {
    await chmod(dir, 0o755);
    const media = join(dir, 'media');
    const stick = await makeDemoBundle(media, log);
    const site = await createSite({ dir: join(dir, 'site'), log });
    undo.push(() => site.destroy());
    const product = await packageProduct(dir, site, media);
    const engines = () => rootEngines(site.dataDir);
    return {
      site,
      stick,
      product,
      async allowElevation() {
        undo.push(await allowCommand(user, product.elevated));
      },
      engines,
      async killEngine() {
        const [pid, ...others] = await engines();
        if (pid === undefined || others.length > 0) throw new Error(`not one engine as root: ${[pid, ...others]}`);
        process.kill(pid, 'SIGKILL');
        await until('the killed engine is gone', async () => !(await engines()).includes(pid));
      },
      destroy,
    };
  } catch (error) {
    await destroy();
    throw error;
  }
}

/** Engine processes on this data folder whose user is root. proc(5). */
async function rootEngines(dataDir: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    // A process may end while it is being looked at.
    const argv = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (argv[0]?.endsWith('/engine/bin/node') !== true || !argv.includes(dataDir)) continue;
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    if (/^Uid:\t0\t/m.test(status)) found.push(Number(pid));
  }
  return found;
}
