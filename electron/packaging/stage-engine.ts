import { constants } from 'node:fs';
import { chmod, copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { enginePackages } from './engine-packages.ts';

/** Sources that only compiling needs (ARCHITECTURE.md: nothing is compiled): 60 MB. */
const notRun = /(^|\/)node_modules\/(better-sqlite3\/(deps|src)|node-llama-cpp\/llama\/gitRelease\.bundle)(\/|$)/;

/**
 * Lays out the engine as the desktop app carries it: installer/, bundles/, the packages they need and Node.js 24 as bin/node.
 * `out` is made anew; files are cloned where the file system can.
 */
export async function stageEngine(repository: string, out: string): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await mkdir(join(out, 'bin'), { recursive: true });
  const packages = await enginePackages(repository);
  for (const path of ['installer', 'bundles', ...packages]) {
    const folder = join(repository, path);
    await mkdir(dirname(join(out, path)), { recursive: true });
    await cp(folder, join(out, path), {
      recursive: true,
      mode: constants.COPYFILE_FICLONE,
      filter: (source) => {
        const inside = relative(folder, source);
        // Packages nested below this one are in the list themselves.
        return !inside.split('/').includes('node_modules') && !notRun.test(relative(repository, source));
      },
    });
  }
  const own = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { name, description, version } = own;
  // `type` makes the .ts files ES modules, as in the repository.
  await writeFile(join(out, 'package.json'), JSON.stringify({ name, description, version, type: 'module' }));
  await copyFile(process.execPath, join(out, 'bin', 'node'), constants.COPYFILE_FICLONE);
  await chmod(join(out, 'bin', 'node'), 0o755);
}
