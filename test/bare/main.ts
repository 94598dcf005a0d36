/**
 * `npm run test:bare`: the README's two commands where nothing was prepared. Makes a bare Debian with Node and npm and nothing else,
 * puts a fresh clone of what is committed here into its root's home, runs the commands in it, says how long each took, and removes
 * it. The network is this machine's; so are apt's and npm's configuration. Needs root.
 */
import { mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { execa } from 'execa';
import { onTermination } from '../site/cleanup.ts';
import { singleFlight } from '../site/single-flight.ts';
import { type BareOptions, makeBareRoot, nodeVersions } from './bare-root.ts';

const say = (line: string) => console.error(`bare: ${line}`);
const enter = join(import.meta.dirname, 'enter-root.sh');
const commands = ['npm run demo', 'npm test'] as const;

interface Options extends BareOptions {
  only?: 'demo' | 'test';
  run: string[];
}

/** Everything that runs in the root ends with the first of its processes: they have process numbers of their own. */
function inRoot(root: string, command: string) {
  const namespaces = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];
  const env = ['HOME=/root', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8'];
  const shell = ['sh', '-c', `cd /root/airgap-installer && ${command}`];
  return execa('unshare', [...namespaces, enter, root, 'env', '-i', ...env, ...shell], {
    stdio: ['ignore', 'inherit', 'inherit'],
    reject: false,
  });
}

/** What a command should have taken away again. */
async function leftovers(root: string): Promise<string[]> {
  const names = await readdir(join(root, 'var/tmp'));
  return names.filter((name) => name.startsWith('airgap-'));
}

async function tryOut(options: Options): Promise<boolean> {
  const dir = mkdtempSync('/var/tmp/airgap-bare-');
  let running: ReturnType<typeof inRoot> | undefined;
  const cleanUp = singleFlight(async () => {
    running?.kill('SIGKILL');
    await running;
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  });
  const calm = onTermination(cleanUp);
  const lines: string[] = [];
  let good = true;
  try {
    const root = await makeBareRoot(join(dir, 'root'), options, say);
    const readme = commands.filter((one) => options.only === undefined || one.endsWith(options.only));
    for (const command of options.run.length > 0 ? options.run : readme) {
      say(`${command}, in a bare ${options.suite}`);
      const begun = performance.now();
      running = inRoot(root, command);
      const { exitCode } = await running;
      const left = await leftovers(root);
      good &&= exitCode === 0 && left.length === 0;
      const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
      const traces = left.length === 0 ? '' : `; left in /var/tmp: ${left.join(', ')}`;
      lines.push(
        `${options.suite}, ${await nodeVersions(root)}: ${command}: exit ${exitCode}, ${minutes} min${traces}`,
      );
    }
  } finally {
    await cleanUp();
    calm();
  }
  for (const line of lines) say(line);
  return good;
}

const program = new Command('npm run test:bare --')
  .description('runs the two commands of the README in a bare Debian')
  .addOption(new Option('--suite <suite>', 'release of Debian').choices(['bookworm', 'trixie']).default('bookworm'))
  .addOption(
    new Option('--node <node>', 'this machine’s Node, or the locked one').choices(['machine', '24']).default('machine'),
  )
  .addOption(new Option('--only <command>', 'one of the two').choices(['demo', 'test']))
  .option('--run <command...>', 'other commands instead, in the clone', [])
  .parse();
process.exitCode = (await tryOut(program.opts<Options>())) ? 0 : 1;
