import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { detach } from '../../../e2e/support/copy-bundle.ts';
import { forwardPort } from '../../../site/forward-port.ts';
import { createSite, type Site } from '../../../site/site.ts';
import { type EngineProcess, startEngineProcess } from './engine-process.ts';
import { makeSticks, type Sticks } from './sticks.ts';

/** What is wrong with the damaged stick: one bit of this byte. */
export const modelByte = { path: 'models/model.gguf', at: 500_000 };

export interface WizardSite {
  site: Site;
  sticks: Sticks;
  /** The engine that serves the wizard at this moment. */
  readonly engine: EngineProcess;
  /** After a kill: another process on the same data and the same port. */
  restartEngine(): Promise<void>;
  /**
   * Docker Engine stands still until it is released: what waits for it waits, for as long as a test looks at the pages in the
   * middle of an installation. Nothing that is under way there has a time limit while images are loaded.
   */
  holdDocker(): void;
  releaseDocker(): void;
  destroy(): Promise<void>;
}

/** An isolated site, media plugged in, and `airgap serve` in it, reachable from this machine under its own address. */
export async function makeWizardSite(name: string): Promise<WizardSite> {
  const demo = inject('demo');
  const dir = await mkdtemp(`/var/tmp/airgap-wizard-${name}-`);
  const undo: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  const destroy = async () => {
    for (const each of undo.splice(0).toReversed()) await each();
  };
  try {
    const sticks = await makeSticks(dir, demo);
    await flipByte(await detach(sticks.behind.damaged, modelByte.path), modelByte.at);
    const list = await detach(sticks.behind.forged, 'bundle.json');
    await writeFile(list, (await readFile(list, 'utf8')).replace('"version": "1.2.0"', '"version": "9.9.9"'));
    const site = await createSite({ dir: join(dir, 'site'), log: console.error });
    undo.push(() => site.destroy());
    const forwarded = await forwardPort(site, dir);
    undo.push(() => forwarded.stop());
    // Nothing in the site takes this number for a connection of its own while the engine is away.
    await site.exec(['sysctl', '-q', '-w', `net.ipv4.ip_local_reserved_ports=${forwarded.port}`]);
    let engine = await startEngineProcess(site, sticks, forwarded.port);
    undo.push(() => engine.stop());
    const signalDocker = (signal: 'SIGSTOP' | 'SIGCONT') => process.kill(site.engine.pid, signal);
    // First of all, and also after a test that failed while it stood still: whoever ends properly may need it.
    undo.push(async () => signalDocker('SIGCONT'));
    return {
      site,
      sticks,
      get engine() {
        return engine;
      },
      async restartEngine() {
        engine = await startEngineProcess(site, sticks, forwarded.port);
      },
      holdDocker: () => signalDocker('SIGSTOP'),
      releaseDocker: () => signalDocker('SIGCONT'),
      destroy,
    };
  } catch (error) {
    await destroy();
    throw error;
  }
}

/** Changes one bit of a file's byte. */
export async function flipByte(file: string, at: number): Promise<void> {
  const handle = await open(file, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  await handle.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at);
  await handle.close();
}
