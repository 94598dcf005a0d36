import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findElectron } from './find-electron.ts';
import { noWindow, startLanguage } from './start-words.ts';
import { surroundings, whyNoWindow } from './why-no-window.ts';

/**
 * `npm start [-- ARGS]`: the wizard in a window where there is an Electron and a display, else in the browser, saying why.
 * ARGS are `airgap serve`'s and mean the browser; `--demo` first: the demonstration's site, which needs root, and so the browser.
 * Nothing that takes long to load is loaded before that is decided.
 */
const repository = fileURLToPath(new URL('../', import.meta.url));
const renderer = join(repository, 'dist', 'renderer');
const [first, ...others] = process.argv.slice(2);
const language = startLanguage(process.argv.slice(2), process.env);

if (first === '--demo') {
  say(noWindow('the demonstration’s site needs root, and the window never runs as root', language));
  become(process.execPath, [join(repository, 'test', 'site', 'start-demo.ts'), ...others]);
} else if (first !== undefined) {
  openInBrowser('the browser was asked for', [first, ...others]);
} else {
  const electron = findElectron(repository);
  const why = whyNoWindow(surroundings(electron, existsSync(join(renderer, 'index.html'))));
  if (electron === null || why !== null) openInBrowser(why ?? '', []);
  else {
    const { buildElectron } = await import('./build.ts');
    const app = join(repository, 'dist', 'electron');
    const engine = join(repository, 'installer', 'faces', 'stdio', 'main.ts');
    const dataDir = process.env.AIRGAP_DATA_DIR || '/var/lib/airgap-installer';
    const settings = { engine: [process.execPath, engine, '--data-dir', dataDir], elevate: ['pkexec'] };
    await buildElectron({ out: app, renderer, settings });
    const on = `Electron ${electron.version} (${electron.from})`;
    say(language === 'ru' ? `Мастер открывается в своём окне: ${on}.` : `Opening the wizard’s window on ${on}.`);
    become(electron.executable, [app]);
  }
}

function openInBrowser(why: string, args: readonly string[]): void {
  say(noWindow(why, language));
  become(process.execPath, [join(repository, 'installer', 'faces', 'cli', 'main.ts'), 'serve', ...args], {
    // In the repository's own folder: who can write there can change the program itself anyway.
    NODE_COMPILE_CACHE:
      process.env.NODE_COMPILE_CACHE ?? join(repository, 'node_modules', '.cache', 'airgap-installer', 'compile'),
  });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Runs it in our place: its output is ours, its end is ours, and what ends us ends it. */
function become(program: string, args: readonly string[], env: Record<string, string> = {}): void {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    say(`${program}: ${error.message}`);
    process.exitCode = 1;
  });
  child.once('close', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128);
  });
}
