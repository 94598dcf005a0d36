import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedRuntime } from './runtime/cached-runtime.ts';

export interface FoundElectron {
  executable: string;
  version: string;
  from: 'ELECTRON_OVERRIDE_DIST_PATH' | 'node_modules' | 'cache';
}

/**
 * An Electron that is here. Never by `require('electron')`, which would download one: the environment's folder, the
 * package's own path.txt, the test runtime in the cache, and each only where the file really is an executable.
 */
export function findElectron(
  repository = fileURLToPath(new URL('../', import.meta.url)),
  env: NodeJS.ProcessEnv = process.env,
): FoundElectron | null {
  const packaged = join(repository, 'node_modules', 'electron');
  const name = read(join(packaged, 'path.txt')) ?? 'electron';
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  const cached = cachedRuntime();
  const candidates: { dist: string; name: string; from: FoundElectron['from'] }[] = [
    ...(override ? [{ dist: override, name, from: 'ELECTRON_OVERRIDE_DIST_PATH' as const }] : []),
    { dist: join(packaged, 'dist'), name, from: 'node_modules' },
    ...(cached === null ? [] : [{ dist: cached.dist, name: 'electron', from: 'cache' as const }]),
  ];
  for (const { dist, name, from } of candidates) {
    const executable = join(dist, name);
    if (isExecutable(executable)) return { executable, version: read(join(dist, 'version')) ?? 'unknown', from };
  }
  return null;
}

function isExecutable(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat?.isFile() === true && (stat.mode & 0o111) !== 0;
}

function read(file: string): string | null {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, 'utf8').trim() : null;
}
