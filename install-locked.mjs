/**
 * Makes node_modules what package-lock.json names, before anything that needs it is started (run.sh): a fresh clone is one command
 * away from working, and a clone whose lock file has moved on is as well. Says nothing where nothing is to be done.
 *
 * This is the one file of the repository that the machine's own Node must understand, from 20 on; it imports nothing but Node.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

const texts = {
  en: {
    missing: 'This clone has no packages yet: installing what package-lock.json names (once, about half a minute).',
    incomplete: 'An installation of the packages was cut off: installing what package-lock.json names.',
    other: 'The packages are not those that package-lock.json names: installing them.',
    failed: (code) => `npm ci ended with ${code}; its own words stand above. Nothing was started.`,
    noNode: `There is no Node 24 for ${process.platform}-${process.arch} among the packages. Nothing was started.`,
  },
  ru: {
    missing: 'Пакеты ещё не установлены: ставится то, что указано в package-lock.json (один раз, около полуминуты).',
    incomplete: 'Установка пакетов была прервана: ставится то, что указано в package-lock.json.',
    other: 'Пакеты не те, что указаны в package-lock.json: они устанавливаются.',
    failed: (code) => `npm ci завершился с кодом ${code}, его сообщение выше. Ничего не запущено.`,
    noNode: `Среди пакетов нет Node 24 для ${process.platform}-${process.arch}. Ничего не запущено.`,
  },
};

/** The language that the command itself will speak: `--lang`, then AIRGAP_LANG, then LANG. */
function language(args, env) {
  const flag = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='));
  const asked = flag < 0 ? undefined : args[flag].slice('--lang='.length) || args[flag + 1];
  return (asked ?? env.AIRGAP_LANG ?? env.LANG ?? '').startsWith('ru') ? 'ru' : 'en';
}

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/**
 * Why packages must be installed, or null when node_modules is what the lock file names. npm writes node_modules/.package-lock.json last, when
 * all else is in its place, and an optional package that is not for this machine does not stand in it.
 */
function whyInstall(root) {
  const modules = join(root, 'node_modules');
  const record = join(modules, '.package-lock.json');
  if (!existsSync(modules)) return 'missing';
  if (!existsSync(record)) return 'incomplete';
  const locked = packagesOf(join(root, 'package-lock.json'));
  let installed;
  try {
    installed = packagesOf(record);
  } catch {
    return 'incomplete';
  }
  for (const [path, entry] of Object.entries(locked)) {
    const found = installed[path];
    if (!path.startsWith('node_modules/') || (found === undefined && entry.optional === true)) continue;
    if (found?.version !== entry.version || found?.integrity !== entry.integrity) return 'other';
  }
  for (const [path, { version }] of Object.entries(installed)) {
    if (locked[path] === undefined) return 'other';
    // A removal that was cut off leaves the record and takes packages. Without a version it is a link of ours, not a package.
    if (version !== undefined && !existsSync(join(root, path, 'package.json'))) return 'incomplete';
  }
  return existsSync(join(modules, '.bin', 'node')) ? null : 'incomplete';
}

/**
 * Held until this process ends, however it ends: two commands in a fresh clone at once install once. An abstract socket needs no file
 * (unix(7)).
 */
async function waitForTurn(root) {
  for (;;) {
    const server = createServer().unref();
    const held = await new Promise((resolve, reject) => {
      server.once('listening', () => resolve(true));
      server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
      server.listen(`\0airgap-install ${root}`.slice(0, 100));
    });
    if (held) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** npm's exit code. The npm that runs us, on the Node that runs it: the one in node_modules is about to be replaced. */
function install(root) {
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  // Warnings about engines and deprecations are for whoever changes the lock file, not for whoever installs it.
  const args = ['ci', '--loglevel=error', '--no-progress'];
  const [command, ...before] = npm && node ? [node, npm] : ['npm'];
  const child = spawn(command, [...before, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(127);
    });
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
}

async function main() {
  const say = texts[language(process.argv.slice(2), process.env)];
  if (whyInstall(here) === null) return 0;
  await waitForTurn(here);
  const why = whyInstall(here);
  if (why === null) return 0;
  process.stderr.write(`${say[why]}\n`);
  const code = await install(here);
  if (code !== 0) {
    process.stderr.write(`${say.failed(code)}\n`);
    return 1;
  }
  if (existsSync(join(here, 'node_modules', '.bin', 'node'))) return 0;
  process.stderr.write(`${say.noNode}\n`);
  return 1;
}

process.exitCode = await main();
