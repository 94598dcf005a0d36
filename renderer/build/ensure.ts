import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Rolldown } from 'vite';
import { hashOutput, hashSources, readStamp, sourceFolders, writeStamp } from './stamp.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));

/** Where the built wizard stands. */
export const builtRenderer = join(repository, 'dist/renderer');

/**
 * Builds the wizard's pages unless they stand there, built from exactly what the sources are now. The new ones take the place of
 * the old ones when they are complete, so that nobody is ever served half of them.
 *
 * @returns whether it had to build
 */
export async function ensureRenderer(out = builtRenderer): Promise<boolean> {
  const sources = await hashSources(repository);
  if (await isBuilt(out, sources)) return false;

  // Loaded only now: it takes longer than everything else here.
  const { build } = await import('vite');
  await mkdir(dirname(out), { recursive: true });
  const workDir = await mkdtemp(`${out}-`);
  // Not that folder itself, which only we may enter: the desktop window runs as another user.
  const fresh = join(workDir, 'renderer');
  try {
    const built = await build({
      configFile: join(repository, 'renderer/vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: fresh, emptyOutDir: true },
    });
    const unknown = unhashed(built as Rolldown.RolldownOutput);
    await replace(out, fresh);
    const made = await hashOutput(out);
    // What changed while it was being built, or is not watched, is built again the next time.
    if (made === undefined || unknown.length > 0 || (await hashSources(repository)) !== sources) {
      await rm(stampOf(out), { force: true });
      for (const file of unknown)
        console.error(`the pages depend on ${file}, which renderer/build/stamp.ts does not know`);
    } else await writeStamp(stampOf(out), { sources, output: made });
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
  return true;
}

/** Does what stands there come from these sources, whole and unchanged? */
export async function isBuilt(out: string, sources: string): Promise<boolean> {
  const [stamp, output] = await Promise.all([readStamp(stampOf(out)), hashOutput(out)]);
  return output !== undefined && stamp?.sources === sources && stamp.output === output;
}

/** Beside the folder: everything in it is served. */
const stampOf = (out: string) => `${out}.stamp.json`;

/** Modules of our own that went into the pages and are not among what is hashed. */
function unhashed({ output }: Rolldown.RolldownOutput): string[] {
  const modules = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  return modules
    .filter((id) => id.startsWith(repository))
    .map((id) => relative(repository, id))
    .filter((path) => !path.startsWith(`node_modules${sep}`))
    .filter((path) => !sourceFolders.some((folder) => path.startsWith(folder + sep)));
}

/** Two builds at once may meet here: either one's pages are right. */
async function replace(out: string, fresh: string): Promise<void> {
  const old = `${fresh}.old`;
  try {
    await rename(out, old);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  try {
    await rename(fresh, out);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  await rm(old, { recursive: true, force: true });
}
