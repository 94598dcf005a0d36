import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * One archive of the machine's own apt configuration, for one suite: what a `deb` line says, or one URI and suite of a stanza.
 * sources.list(5)
 */
export interface AptSource {
  uri: string;
  suite: string;
  components: readonly string[];
  /** All else that is said of it, under the names of the deb822 format: Signed-By, Trusted, Architectures … */
  options: Readonly<Record<string, string>>;
}

/** Options of the one-line format whose deb822 name is not the same word with capitals. */
const LONG_NAMES: Readonly<Record<string, string>> = {
  arch: 'Architectures',
  lang: 'Languages',
  target: 'Targets',
  pdiffs: 'PDiffs',
};

const capitals = (name: string) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
const fieldName = (option: string) => LONG_NAMES[option.toLowerCase()] ?? capitals(option.toLowerCase());
const words = (text: string) => text.split(/\s+/).filter(Boolean);

/** The one-line format: `deb [option=value …] URI SUITE COMPONENT…`. Lines for source packages are left out. */
export function parseList(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split('\n')) {
    const found = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)([^#]*)/.exec(line);
    if (found === null) continue;
    const [, options = '', uri = '', suite = '', components = ''] = found;
    const pairs = words(options).map((pair): [string, string] => {
      const [name = '', ...value] = pair.split('=');
      return [fieldName(name.replace(/[+-]$/, '')), value.join('=').replaceAll(',', ' ')];
    });
    sources.push({ uri, suite, components: words(components), options: Object.fromEntries(pairs) });
  }
  return sources;
}

/** Those fields of a stanza that make the source itself; every other one is an option. */
const OWN_FIELDS = new Set(['Types', 'Uris', 'Suites', 'Components', 'Enabled']);

/** The deb822 format: stanzas of `Field: value`, where a line that begins with a space goes on with the field before it. */
export function parseStanzas(text: string): AptSource[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return lines
    .join('\n')
    .split(/\n\s*\n/)
    .flatMap(parseStanza);
}

function parseStanza(text: string): AptSource[] {
  const fields: Record<string, string> = {};
  let last = '';
  for (const line of text.split('\n')) {
    const [, name, value = ''] = /^([A-Za-z][A-Za-z0-9-]*):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) {
      // Kept as it stands: a key may be written out here, line by line.
      if (/^\s/.test(line) && last !== '') fields[last] += `\n${line}`;
      continue;
    }
    last = capitals(name.toLowerCase());
    fields[last] = value.trim();
  }
  const list = (name: string) => words(fields[name] ?? '');
  if (!list('Types').includes('deb') || /^(no|false|0|off|without|disable)$/i.test(fields.Enabled ?? '')) return [];
  const options = Object.fromEntries(Object.entries(fields).filter(([name]) => !OWN_FIELDS.has(name)));
  return list('Uris').flatMap((uri) =>
    list('Suites').map((suite) => ({ uri, suite, components: list('Components'), options })),
  );
}

/** What apt on this machine is configured with, in the order in which apt reads it. `etc`: a folder in the shape of /etc/apt. */
export async function machineSources(etc = '/etc/apt'): Promise<AptSource[]> {
  const orMissing = (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  };
  const sources = parseList((await readFile(join(etc, 'sources.list'), 'utf8').catch(orMissing)) ?? '');
  const parts = join(etc, 'sources.list.d');
  for (const name of ((await readdir(parts).catch(orMissing)) ?? []).sort()) {
    const parse = name.endsWith('.list') ? parseList : name.endsWith('.sources') ? parseStanzas : undefined;
    if (parse !== undefined) sources.push(...parse(await readFile(join(parts, name), 'utf8')));
  }
  return sources;
}

/** A source as a stanza, which can say everything that either format can. */
export function stanza({ uri, suite, components, options }: AptSource): string {
  const fields = { Types: 'deb', URIs: uri, Suites: suite, Components: components.join(' '), ...options };
  return Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}
