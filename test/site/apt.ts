import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { stanza } from './apt-sources.ts';
import { archivesOf } from './archive.ts';

/**
 * An apt for chosen suites that writes nothing of the machine's state. Where it fetches from and through which proxy is the machine's own
 * configuration. apt.conf(5).
 */
export interface PrivateApt {
  update(): Promise<void>;
  /** Puts the .deb files into `into`; a name may carry a suite, as in `runc/bookworm`. */
  download(packages: readonly string[], into: string): Promise<void>;
  /** Installs on this machine, from the private lists; only where the apt was made with the machine's own status. */
  install(packages: readonly string[]): Promise<void>;
}

/**
 * Sets one up in `dir` for `suites` (with their updates).
 * `status` is the dpkg status it believes in: the machine's for installing, an empty one for downloading.
 */
export async function privateApt(
  dir: string,
  suites: readonly string[],
  status: 'machine' | 'empty',
): Promise<PrivateApt> {
  for (const sub of ['lists/partial', 'cache/archives/partial', 'sources']) {
    await mkdir(join(dir, sub), { recursive: true });
  }
  const sources = (await Promise.all(suites.map(archivesOf))).flat();
  await writeFile(join(dir, 'sources/machine.sources'), sources.map(stanza).join('\n'));
  await writeFile(join(dir, 'status'), '');
  await writeFile(
    join(dir, 'apt.conf'),
    [
      'Dir::Etc::sourcelist "/dev/null";',
      `Dir::Etc::sourceparts "${join(dir, 'sources')}";`,
      'Dir::Etc::preferences "/dev/null";',
      'Dir::Etc::preferencesparts "/dev/null";',
      `Dir::State::lists "${join(dir, 'lists')}";`,
      `Dir::Cache "${join(dir, 'cache')}";`,
      `Dir::State::status "${status === 'machine' ? '/var/lib/dpkg/status' : join(dir, 'status')}";`,
      'Acquire::Languages "none";',
      'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
      // Signatures are checked; an old list is not refused, so that a mirror that stands still serves as well.
      'Acquire::Check-Valid-Until "false";',
      'Acquire::Retries "5";',
      'Acquire::http::Timeout "60";',
      'APT::Install-Recommends "false";',
      // The download user may not enter a home directory's cache.
      'APT::Sandbox::User "root";',
      'APT::Update::Error-Mode "any";',
      '',
    ].join('\n'),
  );
  const apt = (args: readonly string[], cwd = dir) =>
    execa('apt-get', [`--config-file=${join(dir, 'apt.conf')}`, '--quiet', '--assume-yes', ...args], {
      cwd,
      env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
      all: true,
    });
  return {
    async update() {
      await apt(['update']);
    },
    async download(packages, into) {
      await mkdir(into, { recursive: true });
      await apt(['download', ...packages], into);
    },
    async install(packages) {
      if (status !== 'machine') throw new Error('this apt does not know what the machine has');
      await apt(['install', '--no-install-recommends', ...packages]);
    },
  };
}
