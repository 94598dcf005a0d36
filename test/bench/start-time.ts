import { join } from 'node:path';
import { execa } from 'execa';
import { ensureRenderer } from '../../renderer/build/ensure.ts';
import { type Benchmark, listed, median } from './measure.ts';

const repeats = 5;

/** From the command to the address, in ms. */
async function timeToAddress(): Promise<number> {
  const started = performance.now();
  const run = execa('npm', ['start'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { DISPLAY: undefined, WAYLAND_DISPLAY: undefined },
    reject: false,
    stdin: 'ignore',
    detached: true,
  });
  let ended = false;
  const end = run.then(({ stderr }) => {
    ended = true;
    return stderr;
  });
  try {
    await new Promise<void>((resolve, reject) => {
      let said = '';
      run.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (/^http:\/\/127\.0\.0\.1:\d+\/#token=[0-9a-f]+\n/m.test(said)) resolve();
      });
      void end.then((stderr) => reject(new Error(`npm start ended without an address: ${stderr}`)));
    });
    return performance.now() - started;
  } finally {
    if (!ended && run.pid !== undefined) process.kill(-run.pid, 'SIGINT');
    await end;
  }
}

export const startTime: Benchmark = {
  name: 'start-time',
  about: '`npm start` on a machine without a display: from the command to the address, warm',
  async run() {
    await ensureRenderer();
    await timeToAddress();
    const times: number[] = [];
    for (let round = 0; round < repeats; round += 1) times.push(await timeToAddress());
    return [
      {
        what: 'npm start to the address',
        unit: 'ms',
        measured: median(times),
        budget: 3000,
        detail: `${listed(times)} ms`,
      },
    ];
  },
};
