/**
 * `npm run demo`: the whole path on this machine. A vendor's engine builds the stand-in images, a bundle is created and
 * signed, an isolated site is made, the installer installs into it and tests what it installed. Everything that this starts
 * is gone at the end, also after Ctrl-C; with --keep the site stays and how to enter it is printed.
 */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { cleanUpOwnRuns, onTermination } from './cleanup.ts';
import { airgapArgv, demoOverrides, makeDemoBundle } from './demo-bundle.ts';
import { printDurations, printHowToEnter, printReport } from './demo-output.ts';
import type { Log } from './paths.ts';
import { singleFlight } from './single-flight.ts';
import { createSite, type Site } from './site.ts';

const say: Log = (line) => console.error(`demo: ${line}`);

interface DemoOptions {
  keep: boolean;
  lang: 'en' | 'ru';
  out: string;
}

async function demo(options: DemoOptions): Promise<number> {
  const dir = await mkdtemp('/var/tmp/airgap-demo-');
  let site: Site | undefined;
  const cleanUp = singleFlight(async () => {
    await site?.destroy();
    // The vendor’s engine, or a site that was only half made.
    await cleanUpOwnRuns();
    await rm(dir, { recursive: true, force: true });
  });
  const calm = onTermination(cleanUp);
  let kept = false;
  try {
    const stick = await makeDemoBundle(dir, say);
    say('making the isolated site');
    site = await createSite({ dir: join(dir, 'site'), log: say });
    const { routes } = await site.assertIsolated();
    say(
      `the site is isolated: ${routes.filter(({ dst }) => dst === 'default').length} usable default routes, loopback only`,
    );

    const { exitCode } = await site.exec(
      airgapArgv(
        ...['--data-dir', site.dataDir, '--lang', options.lang, 'install', '--yes'],
        ...['--bundle', stick.bundle, '--root', stick.root, ...demoOverrides],
      ),
      { stdio: ['ignore', 'inherit', 'inherit'], reject: false },
    );
    if (exitCode !== 0) {
      say(`the installation ended with exit code ${exitCode}`);
      return exitCode ?? 1;
    }
    await site.assertIsolated();
    say('the site is still isolated, with the product running in it');

    await mkdir(options.out, { recursive: true });
    await cp(join(site.dataDir, 'reports'), options.out, { recursive: true });
    await printDurations(site.dataDir, options.lang);
    await printReport(options.out);
    if (options.keep) {
      await site.keep();
      kept = true;
      printHowToEnter(site, stick);
    }
    return 0;
  } finally {
    if (!kept) {
      say('removing the site');
      await cleanUp();
    }
    calm();
  }
}

const program = new Command('npm run demo --')
  .description('makes a bundle, an isolated site, installs into it, tests it and shows the report')
  .option('--keep', 'leave the site up and say how to enter it', false)
  .addOption(new Option('--lang <lang>', 'language').choices(['en', 'ru']).default('en'))
  .option('--out <dir>', 'where the report goes', 'dist/demo-report')
  .parse();
const { keep, lang, out } = program.opts<DemoOptions>();
process.exitCode = await demo({ keep, lang, out: resolve(out) });
