/**
 * Loaded into a real process before its own code (`--import`): at SIGUSR2 something fails that nobody listens to. AIRGAP_PLANT says
 * what; with AIRGAP_UNARMED the last resort is taken away first.
 */
import { EventEmitter } from 'node:events';
import { createReadStream } from 'node:fs';

const faults: Readonly<Record<string, () => void>> = {
  emitter: () => void new EventEmitter().emit('error', new Error('planted')),
  stream: () => void createReadStream('/nonexistent/planted'),
  rejection: () => void Promise.reject(new Error('planted')),
  spin: () => void spin(),
};

/** What an engine did whose run could not be made: no signal is heard any more. */
async function spin(): Promise<never> {
  for (;;) await null;
}

process.on('SIGUSR2', () => {
  if (process.env.AIRGAP_UNARMED !== undefined) process.removeAllListeners('uncaughtException');
  setImmediate(faults[process.env.AIRGAP_PLANT ?? 'emitter'] ?? (() => undefined));
});
