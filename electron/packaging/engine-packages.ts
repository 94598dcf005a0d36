import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Bundled into the wizard's page by vite: the engine has no use for them. */
const forThePage = /^(@fontsource|@fontsource-variable|@patternfly)\/|^(react|react-dom|react-i18next)$/;

interface PackageJson {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/** Builds for other processors, Node.js itself (copied as one file), and types. */
const unused = new RegExp(`^@node-llama-cpp/(?!linux-${process.arch}$)|^node-linux-|^@types/`);

/**
 * The folders of all packages that the engine needs, found from package.json through each package's own dependencies as Node.js
 * resolves them; paths relative to the repository.
 */
export async function enginePackages(repository: string): Promise<string[]> {
  const root = await readPackage(repository);
  const found = new Set<string>();
  const pending = Object.keys(root.dependencies ?? {})
    .filter((name) => !forThePage.test(name))
    .map((name) => ({ name, from: repository }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const folder = resolvePackage(next.name, next.from, repository);
    if (folder === null || found.has(folder)) continue;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = await readPackage(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (!unused.test(name)) pending.push({ name, from: folder });
    }
  }
  return [...found].map((folder) => folder.slice(repository.length + 1)).sort();
}

/** Node's own search: node_modules of each folder upwards. Null for an optional package that this platform has not. */
function resolvePackage(name: string, from: string, repository: string): string | null {
  for (let folder = from; folder.startsWith(repository); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
  }
  return null;
}

async function readPackage(folder: string): Promise<PackageJson> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as PackageJson;
}
