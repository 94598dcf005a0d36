/**
 * How long an install takes that has nothing to do: the demo bundle is installed into an isolated site once, then again and again.
 * `npm run bench` prints each run and the median; the goal is under 5 s for the whole command.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanUpOwnRuns, onTermination } from '../site/cleanup.ts';
import { airgapArgv, demoOverrides, makeDemoBundle } from '../site/demo-bundle.ts';
import { singleFlight } from '../site/single-flight.ts';
import { createSite, type Site } from '../site/site.ts';

const repeats = 5;
const goalMs = 5000;

const dir = await mkdtemp('/var/tmp/airgap-bench-');
let site: Site | undefined;
const cleanUp = singleFlight(async () => {
  await site?.destroy();
  // The vendor’s engine, or a site that was only half made.
  await cleanUpOwnRuns();
  await rm(dir, { recursive: true, force: true });
});
const calm = onTermination(cleanUp);
try {
  const { bundle, root } = await makeDemoBundle(dir, console.error);
  const here = await createSite({ dir: join(dir, 'site'), log: console.error });
  site = here;
  const install = async (): Promise<number> => {
    const started = performance.now();
    const argv = airgapArgv('--data-dir', here.dataDir, 'install', '--yes', '--bundle', bundle, '--root', root);
    await here.exec([...argv, ...demoOverrides], { stdin: 'ignore' });
    return performance.now() - started;
  };
  console.log(`first install: ${Math.round(await install())} ms`);
  const runs: number[] = [];
  for (let run = 0; run < repeats; run += 1) runs.push(await install());
  const median = runs.toSorted((a, b) => a - b)[Math.floor(repeats / 2)] ?? Number.NaN;
  console.log(`install with nothing to do: ${runs.map((ms) => Math.round(ms)).join(', ')} ms`);
  console.log(`median ${Math.round(median)} ms, goal ${goalMs} ms: ${median < goalMs ? 'met' : 'MISSED'}`);
  process.exitCode = median < goalMs ? 0 : 1;
} finally {
  await cleanUp();
  calm();
}
