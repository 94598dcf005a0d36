import { Console } from 'node:console';
import { inspect } from 'node:util';
import { createEngine } from '../../engine/create-engine.ts';
import { armLastResort, beforeEnd, breakOffRun } from '../../engine/last-resort.ts';
import { serveFrames } from './serve-frames.ts';

/**
 * The engine as a process of its own: frames on standard input and output, words for a person on standard error. Ends the
 * process. Ctrl-C or SIGTERM stops a run at the next safe place, a second one ends all at once.
 */
export async function runEngineProcess(options: { dataDir: string; mediaDirs: readonly string[] }): Promise<void> {
  // Standard output belongs to the frames: whatever a library has to say goes elsewhere.
  globalThis.console = new Console(process.stderr, process.stderr);
  const log = (line: string) => process.stderr.write(`engine: ${line}\n`);
  const engine = createEngine(options);
  const { runs } = engine.context;
  armLastResort((thrown) => log(`ended by a fault: ${inspect(thrown)}`));
  // The window hears of the run from its events, of the rest from the pipe's end.
  beforeEnd((thrown) => breakOffRun(runs, thrown));
  let asked = false;
  const onSignal = () => {
    if (asked || runs.activeRun === undefined) process.exit(130);
    asked = true;
    runs.cancel(runs.activeRun);
    void runs.idle().then(() => process.exit(0));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const code = await serveFrames({
    engine,
    input: process.stdin,
    output: process.stdout,
    log,
  });
  // Whatever was written is read first; nothing else keeps the process.
  process.stdout.end(() => process.exit(code));
}
