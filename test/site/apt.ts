import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

const MIRROR = 'http://deb.debian.org/debian';
const SECURITY = 'http://deb.debian.org/debian-security';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** An apt that reads nothing of the machine's own sources and lists, and writes nothing of its state. apt.conf(5). */
export interface PrivateApt {
  update(): Promise<void>;
  /** Puts the .deb files into `into`; a name may carry a suite, as in `runc/bookworm`. */
  download(packages: readonly string[], into: string): Promise<void>;
  /** Installs on this machine, from the private lists; only where the apt was made with the machine's own status. */
  install(packages: readonly string[]): Promise<void>;
}

/**
 * Sets one up in `dir` for Debian `suites` (with their security updates).
 * `status` is the dpkg status it believes in: the machine's for installing, an empty one for downloading.
 */
export async function privateApt(
  dir: string,
  suites: readonly string[],
  status: 'machine' | 'empty',
): Promise<PrivateApt> {
  for (const sub of ['lists/partial', 'cache/archives/partial']) await mkdir(join(dir, sub), { recursive: true });
  const source = (uri: string, suite: string) => `deb [signed-by=${KEYRING}] ${uri} ${suite} main\n`;
  const sources = suites.map(
    // Debian's sid has no security updates beside itself.
    (suite) => source(MIRROR, suite) + (suite === 'sid' ? '' : source(SECURITY, `${suite}-security`)),
  );
  await writeFile(join(dir, 'sources.list'), sources.join(''));
  await writeFile(join(dir, 'status'), '');
  await writeFile(
    join(dir, 'apt.conf'),
    [
      `Dir::Etc::sourcelist "${join(dir, 'sources.list')}";`,
      'Dir::Etc::sourceparts "/dev/null";',
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
