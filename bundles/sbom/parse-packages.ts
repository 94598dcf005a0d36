import { posix } from 'node:path';
import { sourceLimits } from '../images/limits.ts';
import { type PackageFileKind, packageFileKind } from './package-file.ts';

/** A package as an image's own database names it. */
export interface Package {
  type: 'deb' | 'apk' | 'pypi';
  name: string;
  version: string;
  architecture?: string;
  /** As the package says it; not always an SPDX expression. */
  license?: string;
  /** The file that says so. */
  foundIn: string;
}

/** The distribution of an image: `ID` and `VERSION_ID` of os-release(5). */
export interface Distribution {
  id: string;
  version: string | undefined;
}

/** What one file of an image tells. */
export interface PackageFile {
  packages: readonly Package[];
  distribution: Distribution | undefined;
}

/** Throws RangeError for more packages than any image has. */
export function parsePackageFile(path: string, content: Buffer): PackageFile {
  const kind = packageFileKind(path);
  const text = content.toString('utf8');
  if (kind === 'osRelease') return { packages: [], distribution: parseOsRelease(text) };
  const packages: Package[] = [];
  for (const found of parse(kind, path, text)) {
    packages.push(found);
    if (packages.length > sourceLimits.components) throw new RangeError('packages');
  }
  return { packages, distribution: undefined };
}

/** All packages that an image's files name, sorted, each once. */
export function packagesIn(files: ReadonlyMap<string, PackageFile>): Package[] {
  const unique = new Map<string, Package>();
  for (const { packages } of files.values()) {
    for (const item of packages) unique.set([item.type, item.name, item.version, item.architecture].join('\0'), item);
  }
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

export function distributionOf(files: ReadonlyMap<string, PackageFile>): Distribution | undefined {
  return (files.get('etc/os-release') ?? files.get('usr/lib/os-release'))?.distribution;
}

function parseOsRelease(text: string): Distribution | undefined {
  const values = new Map(
    text.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1).replace(/^["']|["']$/g, '')];
    }),
  );
  const id = values.get('ID');
  return id === undefined ? undefined : { id, version: values.get('VERSION_ID') };
}

function parse(kind: PackageFileKind | undefined, path: string, text: string): Iterable<Package> {
  if (kind === 'dpkg' || kind === 'dpkgPart') return dpkgPackages(path, text);
  if (kind === 'apk') return apkPackages(path, text);
  return kind === 'python' ? pythonPackage(path, text) : [];
}

/** https://manpages.debian.org/bookworm/dpkg-dev/deb-control.5.en.html; only what is installed. */
function* dpkgPackages(foundIn: string, text: string): Generator<Package> {
  for (const paragraph of paragraphs(text)) {
    const fields = parseFields(paragraph);
    const name = fields.get('package');
    const version = fields.get('version');
    const status = fields.get('status');
    if (name === undefined || version === undefined) continue;
    if (status !== undefined && !/ installed$/.test(status)) continue;
    const architecture = fields.get('architecture');
    yield { type: 'deb', name, version, ...(architecture === undefined ? {} : { architecture }), foundIn };
  }
}

/** Lines `P:name`, `V:version`, `A:architecture`, `L:license`: https://wiki.alpinelinux.org/wiki/Apk_spec#Installed_Database_V2 */
function* apkPackages(foundIn: string, text: string): Generator<Package> {
  for (const paragraph of paragraphs(text)) {
    const field = (letter: string) => new RegExp(`^${letter}:(.+)$`, 'm').exec(paragraph)?.[1];
    const name = field('P');
    const version = field('V');
    if (name === undefined || version === undefined) continue;
    const architecture = field('A');
    const license = field('L');
    yield {
      ...{ type: 'apk' as const, name, version, foundIn },
      ...(architecture === undefined ? {} : { architecture }),
      ...(license === undefined ? {} : { license }),
    };
  }
}

/** https://packaging.python.org/en/latest/specifications/core-metadata/ */
function* pythonPackage(path: string, text: string): Generator<Package> {
  const [head = ''] = paragraphs(text);
  const fields = parseFields(head);
  const name = fields.get('name');
  const version = fields.get('version');
  if (name === undefined || version === undefined) return;
  const license = fields.get('license-expression') ?? fields.get('license');
  const short = license !== undefined && license !== 'UNKNOWN' && license.length <= 100 && !license.includes('\n');
  yield { type: 'pypi', name, version, ...(short ? { license } : {}), foundIn: posix.dirname(path) };
}

/** One by one: a hostile file has millions. */
function* paragraphs(text: string): Generator<string> {
  const end = /\r?\n\r?\n/g;
  let start = 0;
  for (let match = end.exec(text); match !== null; match = end.exec(text)) {
    yield text.slice(start, match.index);
    start = end.lastIndex;
  }
  yield text.slice(start);
}

/** RFC 822 fields by lower-case name, the first of each; a line that begins with white space goes on with the one before. */
function parseFields(paragraph: string): Map<string, string> {
  const fields = new Map<string, string>();
  let last = '';
  for (const line of paragraph.split(/\r?\n/)) {
    if (/^\s/.test(line)) {
      // only licenses are read over several lines, to know that they are long
      if (last === 'license') fields.set(last, `${fields.get(last) ?? ''}\n`);
      continue;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    last = fields.has(name) ? '' : name;
    if (last !== '') fields.set(last, line.slice(colon + 1).trim());
  }
  return fields;
}
