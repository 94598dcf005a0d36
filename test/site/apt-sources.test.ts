/** Where packages come from is the machine's own apt configuration, in either of apt's formats. apt itself is what the readers are held against. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { workDirs } from '../fixtures/work-dir.ts';
import { type AptSource, machineSources, stanza } from './apt-sources.ts';
import { plainUri, sourcesOf, suiteForRunc } from './archive.ts';

const workDir = workDirs();
const debian = { id: 'debian', codename: 'bookworm' };

const list = `# a comment
deb http://one.example/debian bookworm main contrib # and one behind
deb-src http://one.example/debian bookworm main
 deb [arch=amd64,arm64 signed-by=/etc/apt/keyrings/site.gpg] https://two.example/debian-security/ bookworm-security main
#deb http://off.example/debian bookworm main
deb [trusted=yes] file:/srv/flat ./
`;
const stanzas = `# http://old.example/debian
Types: deb deb-src
URIs: http://three.example/debian
 http://four.example/debian
Suites: bookworm bookworm-updates
# in the middle
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBF
 -----END PGP PUBLIC KEY BLOCK-----

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main


types: deb
uris: http://five.example/debian
suites: trixie
components: main
signed-by: /usr/share/keyrings/debian-archive-keyring.gpg
`;

/** A folder in the shape of /etc/apt. */
async function etc(files: Record<string, string>): Promise<string> {
  const dir = await workDir();
  await mkdir(join(dir, 'sources.list.d'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  return dir;
}

/** What apt would fetch from such a folder, as it says itself. apt-get(8) */
async function aptWouldFetch(dir: string): Promise<string[]> {
  const lists = join(await workDir(), 'lists');
  await mkdir(join(lists, 'partial'), { recursive: true });
  const places = {
    'Dir::Etc::sourcelist': join(dir, 'sources.list'),
    'Dir::Etc::sourceparts': join(dir, 'sources.list.d'),
    'Dir::State::lists': lists,
    'Dir::Cache': lists,
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(places).map(([name, value]) => `--option=${name}=${value}`);
  const { stdout } = await execa('apt-get', [...options, 'update', '--print-uris']);
  const uris = stdout.split('\n').flatMap((line) => /^'([^']+)'/.exec(line)?.[1] ?? []);
  // Source packages are for nobody here.
  return uris.filter((uri) => !uri.includes('/source/')).sort();
}

describe('the machine’s own apt sources', () => {
  it('are read in both formats: what is off, commented out or for source packages is no source', async () => {
    const dir = await etc({ 'sources.list': list, 'sources.list.d/a.sources': stanzas, 'sources.list.d/b.save': list });
    const sources = await machineSources(dir);
    expect(sources.map(({ uri, suite }) => `${uri} ${suite}`)).toEqual([
      'http://one.example/debian bookworm',
      'https://two.example/debian-security/ bookworm-security',
      'file:/srv/flat ./',
      'http://three.example/debian bookworm',
      'http://three.example/debian bookworm-updates',
      'http://four.example/debian bookworm',
      'http://four.example/debian bookworm-updates',
      'http://five.example/debian trixie',
    ]);
    expect(sources[0]).toEqual({
      uri: 'http://one.example/debian',
      suite: 'bookworm',
      components: ['main', 'contrib'],
      options: {},
    });
    expect(sources[1]?.options).toEqual({ Architectures: 'amd64 arm64', 'Signed-By': '/etc/apt/keyrings/site.gpg' });
    expect(sources[2]?.options).toEqual({ Trusted: 'yes' });
    expect(sources[3]?.options['Signed-By']).toContain('\n mQINBF\n');
  });

  it.each([
    ['one-line', 'sources.list', list],
    ['deb822', 'sources.list.d/a.sources', stanzas],
  ])('apt fetches the same from what is written again as from the %s file', async (_, name, text) => {
    const original = await etc({ 'sources.list': '', [name]: text });
    const again = (await machineSources(original)).map(stanza).join('\n');
    const written = await etc({ 'sources.list': '', 'sources.list.d/a.sources': again });
    const fetched = await aptWouldFetch(original);
    expect(fetched.length).toBeGreaterThan(0);
    expect(await aptWouldFetch(written)).toEqual(fetched);
  });

  it('positive control: a source that is left out is noticed by that comparison', async () => {
    const original = await etc({ 'sources.list': list });
    const [, ...without] = await machineSources(original);
    const written = await etc({ 'sources.list': '', 'sources.list.d/a.sources': without.map(stanza).join('\n') });
    expect(await aptWouldFetch(written)).not.toEqual(await aptWouldFetch(original));
  });
});

describe('another suite', () => {
  const source = (uri: string, suite: string, options: AptSource['options'] = {}): AptSource => ({
    ...{ uri, suite, options },
    components: ['main', 'contrib'],
  });
  const archive = source('http://a.example/debian', 'bookworm');
  const security = source('http://s.example/debian-security', 'bookworm-security');
  const places = (sources: readonly AptSource[]) => sources.map(({ uri, suite }) => `${uri} ${suite}`);

  it('comes from where the machine’s own does, with security where the machine has it', () => {
    expect(places(sourcesOf('trixie', [archive, security], debian, {}))).toEqual([
      'http://a.example/debian trixie',
      'http://s.example/debian-security trixie-security',
    ]);
    expect(places(sourcesOf('trixie', [archive], debian, {}))).toEqual(['http://a.example/debian trixie']);
    expect(places(sourcesOf('sid', [archive, security], debian, {}))).toEqual(['http://a.example/debian sid']);
  });

  it('is not taken from a third party whose suite has the same name, nor from a disc', () => {
    const third = source('https://third.example/php', 'bookworm');
    const disc = source('cdrom:[Debian 12]/debian', 'bookworm');
    expect(places(sourcesOf('trixie', [disc, third, archive], debian, {}))).toEqual(['http://a.example/debian trixie']);
    const signed = source('http://m.example/mirror', 'stable', {
      'Signed-By': '/usr/share/keyrings/debian-archive-keyring.gpg',
    });
    expect(places(sourcesOf('bookworm', [third, signed], debian, {}))).toEqual(['http://m.example/mirror bookworm']);
  });

  it('Ubuntu’s own suites are as they stand; Debian’s need an archive that somebody names', () => {
    const ubuntu = { id: 'ubuntu', codename: 'noble' };
    const own = ['noble', 'noble-updates', 'noble-security'].map((suite) => source('http://u.example/ubuntu', suite));
    expect(places(sourcesOf('noble', own, ubuntu, {}))).toEqual(places(own));
    expect(() => sourcesOf('trixie', own, ubuntu, {})).toThrow('AIRGAP_DEBIAN_ARCHIVE');
    const named = { AIRGAP_DEBIAN_ARCHIVE: 'http://d.example/debian' };
    expect(places(sourcesOf('trixie', own, ubuntu, named))).toEqual(['http://d.example/debian trixie']);
  });

  it('debootstrap gets the first of a list of mirrors', async () => {
    const mirrors = join(await workDir(), 'debian.list');
    await writeFile(mirrors, '# ours\nhttps://m.example/debian/\nhttps://n.example/debian\n'.slice(7));
    expect(await plainUri(source(`mirror+file:${mirrors}`, 'bookworm'))).toBe('https://m.example/debian');
    expect(await plainUri(source('http://a.example/debian/', 'bookworm'))).toBe('http://a.example/debian');
  });

  it('the engine’s runc is one that runs on this machine’s release', () => {
    const releases = [debian, { id: 'debian', codename: 'trixie' }, { id: 'debian', codename: 'forky' }];
    expect(releases.map(suiteForRunc)).toEqual(['bookworm', 'trixie', 'trixie']);
    expect(suiteForRunc({ id: 'ubuntu', codename: 'noble' })).toBe('bookworm');
  });
});
