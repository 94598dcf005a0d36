import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createEngine, type Engine } from '../../../engine/create-engine.ts';
import { beforeEnd, breakOffRun } from '../../../engine/last-resort.ts';
import { type ServedWizard, serve } from '../../http/serve.ts';
import { globalOptions } from '../options.ts';
import { type Terminal, terminal } from '../terminal.ts';

interface ServeCommandOptions {
  port: number;
  idle: number;
  media: string[];
  renderer: string;
}

const builtWizard = join(import.meta.dirname, '../../../../dist/renderer');

export function serveCommand(): Command {
  return new Command('serve')
    .description('the wizard in a browser on this machine; prints its address on a line of its own')
    .addOption(
      new Option('--port <number>', 'loopback port; 0: a free one')
        .env('AIRGAP_PORT')
        .argParser(wholeNumber(65_535))
        .default(0),
    )
    .addOption(
      new Option('--idle <seconds>', 'end after so long without a window and without a run; 0: never')
        .env('AIRGAP_IDLE')
        .argParser(wholeNumber(7 * 24 * 3600))
        .default(1800),
    )
    .addOption(mediaOption())
    .addOption(new Option('--renderer <dir>', 'the built pages').default(builtWizard).hideHelp())
    .action(async ({ port, idle, media, renderer }: ServeCommandOptions, command: Command) => {
      const out = terminal(globalOptions(command));
      const engine = createEngine({ dataDir: out.options.dataDir, mediaDirs: media });
      const served = await serve({
        engine,
        port,
        rendererDir: renderer,
        idleMs: idle * 1000,
        log: (line) => out.say(line),
      });
      beforeEnd(async (thrown) => {
        await breakOffRun(engine.context.runs, thrown);
        await served.close('fault');
      });
      sayAddress(out, served.url);
      const stopInput = offerNewAddress(out, served);
      const onSignal = orderly(() => {
        const { runs } = engine.context;
        if (runs.activeRun === undefined) void served.close();
        else {
          out.say(out.text.t('cli.cancelling'));
          runs.cancel(runs.activeRun);
          void runs.idle().then(() => served.close());
        }
      });
      // Never taken away: the same Ctrl-C may come again on its way out.
      process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
      const onHangup = () => outliveTerminal(engine, served);
      process.once('SIGHUP', onHangup);
      if ((await served.ended) === 'idle') out.say(out.text.t('cli.serveIdle'));
      stopInput();
      process.off('SIGHUP', onHangup);
    });
}

/** The address goes to stdout even without --json: whoever started this program reads it from there. */
function sayAddress(out: Terminal, url: string): void {
  out.say(out.text.t('cli.serveOpen'));
  if (out.options.json) out.document({ url });
  else process.stdout.write(`${url}\n`);
}

/** One Ctrl-C may come twice: from the terminal itself, and from npm, which hands it on. */
const sameSignalMs = 1000;

/** Does it once, at the first signal; a second one, by a person who does not want to wait, ends the process at once. */
function orderly(end: () => void): (signal: NodeJS.Signals) => void {
  let first: number | undefined;
  return (signal) => {
    if (first === undefined) {
      first = performance.now();
      end();
    } else if (performance.now() - first > sameSignalMs) process.exit(signal === 'SIGINT' ? 130 : 143);
  };
}

/** The terminal is gone (a lost remote login): a run goes on to its end, and nobody reads what is said any more. */
function outliveTerminal(engine: Engine, served: ServedWizard): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  void engine.context.runs.idle().then(() => served.close());
}

/** The first address works once; a person who closed the browser asks for another one here, on the terminal. */
function offerNewAddress(out: Terminal, served: ServedWizard): () => void {
  if (process.stdin.isTTY !== true) return () => undefined;
  out.say(out.text.t('cli.serveAgain'));
  const lines = createInterface({ input: process.stdin });
  lines.on('line', () => sayAddress(out, served.newAddress()));
  // A terminal that is gone can neither be read nor told of it; what goes on in the windows has nothing to do with it.
  lines.on('error', () => lines.close());
  // readline takes Ctrl-C for itself
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  return () => lines.close();
}

export const mediaOption = () =>
  new Option('--media <dir>', 'look for bundles there as well; repeatable')
    .argParser((dir: string, previous: string[]) => [...previous, dir])
    .default(mediaFromEnvironment(), 'AIRGAP_MEDIA');

function mediaFromEnvironment(): string[] {
  return (process.env.AIRGAP_MEDIA ?? '').split(':').filter((dir) => dir !== '');
}

function wholeNumber(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from 0 to ${max}.`);
  };
}
