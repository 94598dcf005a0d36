import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanUpOwnRuns, onTermination } from './cleanup.ts';
import { type DemoBundle, makeDemoBundle } from './demo-bundle.ts';
import { cacheRoot, type Log } from './paths.ts';
import { singleFlight } from './single-flight.ts';
import { createSite, type Site } from './site.ts';

/** A bundle as it stands on a stick, and an isolated machine to install it on. */
export interface DemoSite {
  /** All that the demonstration writes is below it. */
  dir: string;
  stick: DemoBundle;
  site: Site;
  /** What must end before the site does; the newest first, also after Ctrl-C. */
  atEnd(work: () => Promise<void>): void;
  /** The site stays when this program ends. */
  keep(): Promise<void>;
}

/**
 * Makes the bundle and the site, hands them to `use`, and takes all of it away again, however that ends: by itself, by an error
 * or by Ctrl-C.
 */
export async function withDemoSite<T>(say: Log, use: (demo: DemoSite) => Promise<T>): Promise<T> {
  const dir = mkdtempSync('/var/tmp/airgap-demo-');
  let site: Site | undefined;
  const endings: (() => Promise<void>)[] = [];
  const cleanUp = async () => {
    for (const end of endings.splice(0).toReversed()) await end();
    await site?.destroy();
    // The vendor’s engine, or a site that was only half made.
    await cleanUpOwnRuns();
    await rm(dir, { recursive: true, force: true });
  };
  const remove = singleFlight(async () => {
    say('removing the site');
    await cleanUp();
    say('removed: the site, its Docker Engine with all containers, the bundle');
    say(`what stays: the packages and images that were made in ${cacheRoot()}, for the next run`);
  });
  const calm = onTermination(remove);
  let kept = false;
  try {
    const stick = await makeDemoBundle(dir, say);
    say('making the isolated site');
    const here = await createSite({ dir: join(dir, 'site'), log: say });
    site = here;
    const { routes } = await here.assertIsolated();
    const ways = routes.filter(({ dst }) => dst === 'default').length;
    say(`the site is isolated: ${ways} usable default routes, loopback only`);
    return await use({
      dir,
      stick,
      site: here,
      atEnd: (work) => endings.push(work),
      async keep() {
        await here.keep();
        kept = true;
      },
    });
  } finally {
    if (!kept) await remove();
    calm();
  }
}
