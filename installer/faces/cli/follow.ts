import { type EngineClient, engineClient } from './engine.ts';
import { showRun } from './run-view.ts';
import type { Terminal } from './terminal.ts';

/**
 * Starts a run, shows it, and makes Ctrl-C (or SIGTERM) cancel it: the engine stops at the next safe place and journals
 * that. A second Ctrl-C ends the process at once, as an impatient person expects.
 */
export async function followRun(
  out: Terminal,
  start: (client: EngineClient) => Promise<{ run: string }>,
): Promise<string> {
  const client = engineClient(out.options.dataDir);
  const { run } = await start(client);
  let asked = false;
  const onSignal = () => {
    if (asked) process.exit(130);
    asked = true;
    out.say(out.text.t('cli.cancelling'));
    void client.runs.cancel({ run });
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    await showRun(out, await client.runs.follow({ run, after: 0 }));
    return run;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
