import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildElectron } from './build.ts';
import { findElectron } from './find-electron.ts';
import { whyNoWindow } from './why-no-window.ts';

/** `npm start`: the wizard in a window where there is an Electron and a display, else in the browser, saying why. */
const repository = fileURLToPath(new URL('../', import.meta.url));
const command = join(repository, 'installer', 'faces', 'cli', 'main.ts');
const engine = join(repository, 'installer', 'faces', 'stdio', 'main.ts');
const renderer = join(repository, 'dist', 'renderer');
const dataDir = process.env.AIRGAP_DATA_DIR || '/var/lib/airgap-installer';

const electron = findElectron(repository);
const why = whyNoWindow(electron, existsSync(join(renderer, 'index.html')));
if (why === null && electron !== null) {
  const app = join(repository, 'dist', 'electron');
  await buildElectron({
    out: app,
    renderer,
    settings: { engine: [process.execPath, engine, '--data-dir', dataDir], elevate: ['pkexec'] },
  });
  console.error(`Opening the wizard's window on Electron ${electron.version} (${electron.from}).`);
  hold(electron.executable, [app]);
} else {
  console.error(`The wizard opens in the browser: ${why}.`);
  hold(process.execPath, [command, ...process.argv.slice(2), 'serve']);
}

/** Runs it in our place: its output is ours, its end is ours, and what ends us ends it. */
function hold(program: string, args: readonly string[]): void {
  const child = spawn(program, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    console.error(`${program}: ${error.message}`);
    process.exitCode = 1;
  });
  child.once('close', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128);
  });
}
