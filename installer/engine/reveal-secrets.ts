import { lstat, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeFileAtomically } from '../base/atomic-file.ts';
import { InstallerError, systemCode } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { RevealedSecret } from '../contract/wizard.ts';
import { type Installation, requireInstallation } from './installation.ts';
import type { EnginePorts } from './ports.ts';
import { intoFolder } from './save-folder.ts';
import { releaseSecrets } from './secrets.ts';

/**
 * The generated secrets for the screen, once for an installation. The mark is made before anything is given away: rather
 * shown to nobody than twice. SECRETS_SHOWN afterwards, NOT_INSTALLED without a finished install.
 */
export async function revealSecrets(ports: EnginePorts): Promise<RevealedSecret[]> {
  const here = finishedInstallation(ports);
  const secrets = await listSecrets(here);
  await markShown(ports.dataDir, here);
  return secrets;
}

/** The secrets in a new file that only root may read. `private` is false where the file system keeps no modes. */
export async function saveSecrets(ports: EnginePorts, dir: string): Promise<{ file: string; private: boolean }> {
  const here = finishedInstallation(ports);
  const lines = (await listSecrets(here)).map(({ env, purpose, value }) => `# ${purpose.en}\n${env}='${value}'\n`);
  const name = `${here.product.name}-secrets-${here.release}.txt`;
  return intoFolder(dir, async (folder) => {
    await writeFileAtomically(folder.at(name), 0o600, lines.join('\n'));
    const { mode } = await lstat(folder.at(name));
    return { file: join(folder.path, name), private: (mode & 0o077) === 0 };
  });
}

function finishedInstallation(ports: EnginePorts): Installation {
  const journal = ports.readJournal();
  try {
    if (journal?.installed() === undefined) throw new InstallerError('NOT_INSTALLED');
    return requireInstallation(journal);
  } finally {
    journal?.close();
  }
}

async function listSecrets(here: Installation): Promise<RevealedSecret[]> {
  const { values } = await releaseSecrets(here.files, here.secrets);
  return [...values].map(([env, value]) => ({ env, value, purpose: here.purposes[env] ?? { en: env, ru: env } }));
}

/** Named after the .env file's content: secrets that were made anew may be shown again. */
async function markShown(dataDir: string, here: Installation): Promise<void> {
  const env = await readFile(join(here.files.dir, here.files.envFile));
  const mark = join(dataDir, `secrets-shown-${sha256(env).slice('sha256:'.length, 'sha256:'.length + 16)}`);
  try {
    await (await open(mark, 'wx', 0o600)).close();
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    throw new InstallerError('SECRETS_SHOWN');
  }
  await syncFolder(dataDir);
}
