/**
 * `npm run demo`: the whole path on this machine. A vendor's engine builds the stand-in images, a bundle is created and
 * signed, an isolated site is made, the installer installs into it and tests what it installed. Everything that this starts
 * is gone at the end, also after Ctrl-C; with --keep the site stays and how to enter it is printed. Where containers cannot run it
 * shows what works without them.
 */
import { cp, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Language } from '../../installer/contract/texts.ts';
import { airgapArgv, demoOverrides } from './demo-bundle.ts';
import { demoLog, environmentLanguage } from './demo-language.ts';
import { printAddresses, printDurations, printHowToEnter, printReport } from './demo-output.ts';
import { type DemoSite, withDemoSite } from './demo-site.ts';
import { demoWithoutContainers } from './demo-without-containers.ts';
import { obstacles } from './obstacles.ts';
import type { Log } from './paths.ts';

interface DemoOptions {
  keep: boolean;
  lang: Language;
  out: string;
}

async function install({ site, stick, keep }: DemoSite, options: DemoOptions, say: Log): Promise<number> {
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
  const run = printDurations(site.dataDir, options.lang);
  printAddresses(site.dataDir, options.lang);
  await printReport(options.out, run, options.lang);
  if (options.keep) {
    await keep();
    await printHowToEnter(site, stick, options.lang);
  }
  return 0;
}

const program = new Command('npm run demo --')
  .description('makes a bundle, an isolated site, installs into it, tests it and shows the report')
  .option('--keep', 'leave the site up and say how to enter it', false)
  .addOption(new Option('--lang <lang>', 'language').choices(['en', 'ru']).default(environmentLanguage()))
  .option('--out <dir>', 'where the report goes', 'dist/demo-report')
  .parse();
const options = program.opts<DemoOptions>();
const say = demoLog(options.lang);
const why = obstacles();
process.exitCode =
  why.length === 0
    ? await withDemoSite(say, (demo) => install(demo, { ...options, out: resolve(options.out) }, say))
    : await demoWithoutContainers(why, options.lang, say);
