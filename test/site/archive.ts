import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { type AptSource, machineSources } from './apt-sources.ts';

/** What this machine calls itself. os-release(5) */
export interface Distribution {
  /** `debian`, `ubuntu`. */
  id: string;
  /** `bookworm`, `trixie`, `noble`. */
  codename: string;
}

export async function thisDistribution(file = '/etc/os-release'): Promise<Distribution> {
  const text = await readFile(file, 'utf8');
  const value = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { id: value('ID'), codename: value('VERSION_CODENAME') };
}

/** Debian's suite whose runc runs here: Debian 13's wants the libseccomp of Debian 13 or newer, Debian 12's runs on both and on Ubuntu. */
export function suiteForRunc({ id, codename }: Distribution): 'bookworm' | 'trixie' {
  return id === 'debian' && !['bullseye', 'bookworm'].includes(codename) ? 'trixie' : 'bookworm';
}

/** Names under which Debian's archive keeps one or another of its releases. */
const DEBIAN = /^(oldstable|stable|testing|unstable|sid|buster|bullseye|bookworm|trixie|forky|duke)$/;
/** Debian's suites that are moving, and have no updates beside them. */
const MOVING = new Set(['unstable', 'sid', 'experimental']);

/** For a machine whose apt names no Debian archive at all (Ubuntu). */
const variable = 'AIRGAP_DEBIAN_ARCHIVE';
const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * A third party's archive may have a suite of the same name. The distribution's own is signed by its keyring, lies in a folder of its
 * name, or stands first.
 */
function likely(candidates: readonly AptSource[], id: string): AptSource[] {
  const score = ({ uri, options }: AptSource) =>
    (options['Signed-By']?.includes(`${id}-archive-keyring`) ? 2 : 0) + (uri.includes(`/${id}`) ? 1 : 0);
  const best = candidates.toSorted((one, other) => score(other) - score(one))[0];
  return candidates.filter(({ uri, suite }) => uri === best?.uri && suite === best.suite);
}

/** Where this machine has Debian's main archive from, whatever suite it names. */
function debianArchive(all: readonly AptSource[], env: NodeJS.ProcessEnv): AptSource {
  const plain = all.filter(
    ({ uri, suite, components }) => DEBIAN.test(suite) && components.includes('main') && !uri.startsWith('cdrom:'),
  );
  const [found] = likely(plain, 'debian');
  if (found !== undefined) return { ...found, components: ['main'] };
  const uri = env[variable];
  if (uri) return { uri, suite: 'stable', components: ['main'], options: { 'Signed-By': debianKeyring } };
  throw new Error(
    `none of this machine's apt sources is Debian's archive: name one in ${variable} (a URI; its key in ${debianKeyring})`,
  );
}

/**
 * The archives of `suite`, with its updates and security updates as far as this machine has any, from the places that this machine's own
 * apt is configured with. Another release of Debian than the machine's comes from where its own comes from.
 */
export function sourcesOf(
  suite: string,
  all: readonly AptSource[],
  { id, codename }: Distribution,
  env: NodeJS.ProcessEnv = process.env,
): AptSource[] {
  if (suite === codename && id !== 'debian') {
    const names = [suite, `${suite}-updates`, `${suite}-security`];
    return names.flatMap((name) =>
      likely(
        all.filter((source) => source.suite === name),
        id,
      ),
    );
  }
  const archive = debianArchive(all, env);
  const sources = [{ ...archive, suite }];
  if (MOVING.has(suite)) return sources;
  for (const kind of ['updates', 'security']) {
    const beside = all.filter(
      (source) => DEBIAN.test(source.suite.replace(`-${kind}`, '')) && source.suite.endsWith(`-${kind}`),
    );
    const [found] = likely(beside, 'debian');
    if (found !== undefined) sources.push({ ...found, suite: `${suite}-${kind}`, components: ['main'] });
  }
  return sources;
}

/** The same, of this machine as it is. */
export async function archivesOf(suite: string): Promise<AptSource[]> {
  return sourcesOf(suite, await machineSources(), await thisDistribution());
}

/** Where debootstrap can fetch from, which knows none of apt's lists of mirrors: the first of the list. apt-transport-mirror(1) */
export async function plainUri({ uri }: AptSource): Promise<string> {
  const [, list] = /^mirror\+file:(?:\/\/)?(\/.+)$/.exec(uri) ?? [];
  if (list === undefined) return uri.replace(/\/$/, '');
  const [first] = (await readFile(list, 'utf8')).split(/\s+/).filter((word) => /^[a-z+]+:\//.test(word));
  if (first === undefined) throw new Error(`${list} names no mirror`);
  return first.replace(/\/$/, '');
}

/**
 * The proxies that apt on this machine is configured with, as the variables that wget and an apt elsewhere read; without any, those of this
 * process.
 */
export async function proxies(): Promise<Record<string, string>> {
  const { stdout } = await execa('apt-config', [
    'shell',
    'http_proxy',
    'Acquire::http::Proxy',
    'https_proxy',
    'Acquire::https::Proxy',
  ]);
  const found: Record<string, string> = {};
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy'] as const) {
    const [, said] = new RegExp(`^${name}='([^']+)'$`, 'm').exec(stdout) ?? [];
    const value = said ?? process.env[name];
    if (value !== undefined && value !== '' && value !== 'DIRECT') found[name] = value;
  }
  return found;
}
