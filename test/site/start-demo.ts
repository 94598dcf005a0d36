/**
 * `npm start -- --demo`: the wizard, to click through a whole real installation. The demo bundle is made, an isolated site beside
 * it, and the engine serves the wizard inside it; this machine's browser reaches it under the same address. Ctrl-C ends all
 * of it and leaves nothing.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { sshFingerprint } from '../../installer/base/ssh-wire.ts';
import type { Language } from '../../installer/contract/texts.ts';
import { airgapArgv, type DemoBundle } from './demo-bundle.ts';
import { demoLog, environmentLanguage } from './demo-language.ts';
import { type DemoSite, withDemoSite } from './demo-site.ts';
import { forwardPort } from './forward-port.ts';
import { obstacles, obstacleText } from './obstacles.ts';
import type { Log } from './paths.ts';

/** How long an installation may take to stop where it is safe (ms). Then the site is taken away from under it. */
const patience = 20_000;

/** What an officer would have on paper. */
async function explain({ root, signKey }: DemoBundle, say: Log): Promise<void> {
  const [, blob = ''] = (await readFile(`${signKey}.pub`, 'utf8')).split(' ');
  say('the wizard finds the bundle by itself. The vendor’s root.json came by another way, as it should; its path:');
  say(`  ${root}`);
  say('and on paper the fingerprint of the vendor’s key, to compare with what the wizard shows:');
  say(`  ${sshFingerprint(Buffer.from(blob, 'base64'))}`);
  say(
    'A machine smaller than the product’s minimum goes on with a justification. Ctrl-C here ends it and removes everything.',
  );
}

async function serveInside({ site, stick, dir, atEnd }: DemoSite, lang: string, say: Log): Promise<number> {
  const { port, stop } = await forwardPort(site, dir);
  atEnd(stop);
  await explain(stick, say);
  const argv = airgapArgv(
    ...['--data-dir', site.dataDir, '--lang', lang],
    // The same number inside: the wizard answers to no other address than its own.
    ...['serve', '--port', String(port), '--idle', '0', '--media', stick.bundle],
  );
  const serving = site.exec(argv, { stdio: 'inherit', reject: false });
  atEnd(async () => {
    // A terminal has told it already, a `kill` of this process alone has not.
    serving.kill('SIGINT');
    const late = new AbortController();
    const force = sleep(patience, undefined, late).then(() => serving.kill('SIGKILL'));
    await serving;
    late.abort();
    await force.catch(() => undefined);
  });
  const { exitCode } = await serving;
  return exitCode ?? 1;
}

const program = new Command('npm start -- --demo')
  .description('makes a bundle and an isolated site, and opens the wizard in it')
  .addOption(
    new Option('--lang <lang>', 'language of what is said here').choices(['en', 'ru']).default(environmentLanguage()),
  )
  .parse();
const { lang } = program.opts<{ lang: Language }>();
const say = demoLog(lang);
const why = obstacles();
if (why.length > 0) say(`it needs containers, and they cannot run here: ${obstacleText(why, lang)}`);
process.exitCode = why.length === 0 ? await withDemoSite(say, (demo) => serveInside(demo, lang, say)) : 1;
