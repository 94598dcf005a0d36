import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildBom } from '../../bundles/sbom/build-bom.ts';
import { distributionOf, packagesIn } from '../../bundles/sbom/parse-packages.ts';
import { packageUrl } from '../../bundles/sbom/purl.ts';
import { overlay, scanLayer } from '../../bundles/sbom/scan-layer.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { hexOf, legacyArchive, type SyntheticImage, syntheticImage } from '../fixtures/image-archives.ts';
import { makeTinyBundle, tinyImages } from '../fixtures/make-bundle.ts';
import { type TarOfEntry, tarOf } from '../fixtures/tar-of.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();

const dpkgStatus = `Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9+deb12u10
Description: GNU C Library
 Package: not a field
 .
 More text

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1

Package: tzdata
Status: hold ok installed
Architecture: all
Version: 1:2024a
`;
const osRelease = 'PRETTY_NAME="Debian"\nID=debian\nVERSION_ID="12"\n';
const apkInstalled =
  'C:Q1xx\nP:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\n\nP:busybox\nV:1.36.1-r1\nA:x86_64\nL:GPL-2.0-only\n';
const metadata = (name: string, version: string) =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nLicense: BSD\n\nName: not a field either\nVersion: 9\n`;

const scan = (entries: TarOfEntry[]) => scanLayer('layer', Readable.from([tarOf(entries)]));
async function packagesOf(...layers: TarOfEntry[][]) {
  const files = overlay(await Promise.all(layers.map(scan)));
  return packagesIn(files).map(({ name, version }) => `${name} ${version}`);
}
const python = (folder: string, name: string, version: string): TarOfEntry => ({
  path: `${folder}/${name}-${version}.dist-info/METADATA`,
  content: metadata(name, version),
});

describe('packages are read from', () => {
  it('dpkg’s status: what is installed', async () => {
    expect(await packagesOf([{ path: './var/lib/dpkg/status', content: dpkgStatus }])).toEqual([
      'libc6 2.36-9+deb12u10',
      'tzdata 1:2024a',
    ]);
  });

  it('the files of distroless images', async () => {
    const content = 'Package: base-files\nVersion: 12.4\nArchitecture: amd64\n';
    expect(await packagesOf([{ path: 'var/lib/dpkg/status.d/base-files', content }])).toEqual(['base-files 12.4']);
  });

  it('apk’s database, in both places', async () => {
    for (const path of ['lib/apk/db/installed', 'usr/lib/apk/db/installed']) {
      expect(await packagesOf([{ path, content: apkInstalled }])).toEqual(['busybox 1.36.1-r1', 'musl 1.2.5-r0']);
    }
  });

  it('Python’s dist-info, wherever it lies, also as a hard link', async () => {
    const first = python('root/.cache/x', 'fastapi', '0.115.0');
    const linked: TarOfEntry = {
      path: 'app/lib/python3.13/site-packages/fastapi-0.115.0.dist-info/METADATA',
      type: 'Link',
      linkpath: first.path,
    };
    expect(await packagesOf([first, linked, python('usr/lib/python3/dist-packages', 'six', '1.16')])).toEqual([
      'fastapi 0.115.0',
      'six 1.16',
    ]);
  });

  it.each([
    ['plain', (tar: Buffer) => tar],
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const)('layers that are %s', async (_, pack) => {
    const tar = tarOf([{ path: 'lib/apk/db/installed', content: apkInstalled }]);
    const scanned = await scanLayer('layer', Readable.from([pack(tar)]));
    expect(packagesIn(scanned.files).length).toBe(2);
  });
});

describe('what a later layer takes away is not listed', () => {
  const site = 'usr/lib/python3/site-packages';
  const base = [python(site, 'old', '1'), python(site, 'kept', '1')];

  it('a whiteout of a file', async () => {
    const gone = [{ path: `${site}/old-1.dist-info/.wh.METADATA` }];
    expect(await packagesOf(base, gone)).toEqual(['kept 1']);
  });

  it('a whiteout of a folder', async () => {
    expect(await packagesOf(base, [{ path: `${site}/.wh.old-1.dist-info` }])).toEqual(['kept 1']);
    expect(await packagesOf(base, [{ path: 'usr/lib/.wh.python3' }])).toEqual([]);
  });

  it('an opaque folder, but not what the same layer puts there', async () => {
    const layer = [python(site, 'new', '2'), { path: `${site}/.wh..wh..opq` }];
    expect(await packagesOf(base, layer)).toEqual(['new 2']);
  });

  it('a folder that became a link', async () => {
    expect(await packagesOf(base, [{ path: site, type: 'SymbolicLink', linkpath: '/elsewhere' }])).toEqual([]);
  });

  it('a database that was replaced', async () => {
    const one = [{ path: 'var/lib/dpkg/status', content: dpkgStatus }];
    const two = [{ path: 'var/lib/dpkg/status', content: 'Package: new\nVersion: 2\nStatus: install ok installed\n' }];
    expect(await packagesOf(one, two)).toEqual(['new 2']);
    expect(await packagesOf(one, two, [{ path: 'var/lib/dpkg/.wh.status' }])).toEqual([]);
  });
});

describe('hostile layers', () => {
  it('no tar at all', async () => {
    const noise = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 251));
    expect(await errorOf(scanLayer('layer', Readable.from([noise])))).toMatchObject({ code: 'SOURCE_FORMAT' });
  });

  it('cut off', async () => {
    const tar = tarOf([{ path: 'var/lib/dpkg/status', content: dpkgStatus.repeat(20) }]);
    expect(await errorOf(scanLayer('layer', Readable.from([tar.subarray(0, 1500)])))).toMatchObject({
      code: 'SOURCE_TRUNCATED',
    });
  });

  it('devices, links and FIFOs are passed over', async () => {
    const layer: TarOfEntry[] = [
      { path: 'dev/null', type: 'CharacterDevice' },
      { path: 'run/fifo', type: 'FIFO' },
      { path: 'var/lib/dpkg/status', type: 'SymbolicLink', linkpath: '/etc/passwd' },
      { path: '../../etc/x', content: 'x' },
    ];
    expect(await packagesOf(layer)).toEqual([]);
  });

  it('a METADATA of any length is read no further than its beginning', async () => {
    const late = `${'x'.repeat(70_000)}\n${metadata('big', '1')}`;
    const early = `${metadata('small', '1')}${'x'.repeat(3_000_000)}`;
    const { files } = await scan([
      { path: 'a/big-1.dist-info/METADATA', content: late },
      { path: 'a/small-1.dist-info/METADATA', content: early },
    ]);
    expect(packagesIn(files).map(({ name }) => name)).toEqual(['small']);
  });

  it('a database with more packages than any image has', async () => {
    const content = 'Package: a\nVersion: 1\n\n'.repeat(150_000);
    expect(await errorOf(scan([{ path: 'var/lib/dpkg/status', content }]))).toMatchObject({ code: 'SOURCE_FORMAT' });
  });

  it('whiteouts without end', async () => {
    const whiteouts = Array.from({ length: 100_001 }, (_, index) => ({ path: `a/.wh.${index}` }));
    expect(await errorOf(scan(whiteouts))).toMatchObject({ code: 'SOURCE_FORMAT', params: { what: 'whiteouts' } });
  });

  it('compressed twice', async () => {
    const tar = tarOf([{ path: 'lib/apk/db/installed', content: apkInstalled }]);
    const error = await errorOf(scanLayer('layer', Readable.from([gzipSync(gzipSync(tar))])));
    expect(error.code).toBe('SOURCE_FORMAT');
  });
});

describe('package URLs', () => {
  const at = { foundIn: 'x' };
  it.each([
    [
      { type: 'deb', name: 'libc6', version: '2.36-9+deb12u10', architecture: 'amd64', ...at },
      'pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12',
    ],
    [
      { type: 'deb', name: 'tzdata', version: '1:2024a', architecture: 'all', ...at },
      'pkg:deb/debian/tzdata@1:2024a?arch=all&distro=debian-12',
    ],
    [{ type: 'pypi', name: 'Typing_Extensions', version: '4.12', ...at }, 'pkg:pypi/typing-extensions@4.12'],
  ] as const)('%o', (item, purl) => {
    expect(packageUrl(item, { id: 'debian', version: '12' })).toBe(purl);
  });
});

/** An image whose layers are these. */
function imageOf(ref: string, layers: Buffer[]): SyntheticImage {
  const { config } = syntheticImage(ref, []);
  const document = JSON.parse(config.toString('utf8'));
  document.rootfs.diff_ids = layers.map((layer) => `sha256:${hexOf(layer)}`);
  return { ref, config: Buffer.from(JSON.stringify(document)), layers };
}

describe('in a bundle', () => {
  const api = imageOf('tiny-api:1.0', [
    tarOf([
      { path: 'var/lib/dpkg/status', content: dpkgStatus },
      { path: 'etc/os-release', content: osRelease },
      python('usr/lib/python3/dist-packages', 'old', '1'),
    ]),
    tarOf([
      python('app/site-packages', '<script>alert(1)</script>', '1'),
      { path: 'usr/lib/python3/.wh.dist-packages' },
    ]),
  ]);

  async function make(dir: string, extra: object = {}) {
    const archive = join(dir, 'api.tar');
    await writeFile(archive, legacyArchive([api, ...tinyImages.slice(1)]));
    return makeTinyBundle(dir, { images: [archive], ...extra });
  }

  it('each image has a CycloneDX document and stands on a page, both listed in the signed manifest', async () => {
    const { dir, result } = await make(await workDir());
    const paths = result.manifest.files.map(({ path }) => path).filter((path) => path.startsWith('sbom/'));
    expect(paths).toEqual([
      'sbom/index.en.html',
      'sbom/index.ru.html',
      'sbom/registry.cdx.json',
      'sbom/tiny-api.cdx.json',
      'sbom/tiny-db.cdx.json',
    ]);
    const document = JSON.parse(await readFile(join(dir, 'sbom/tiny-api.cdx.json'), 'utf8'));
    expect(document).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
    expect(document.metadata.component).toMatchObject({ type: 'container', name: 'tiny-api:1.0' });
    const names = document.components.map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(['<script>alert(1)</script>', 'debian', 'libc6', 'tzdata'].sort());
    for (const language of ['en', 'ru']) {
      const page = await readFile(join(dir, `sbom/index.${language}.html`), 'utf8');
      expect(page).toContain('pkg:deb/debian/libc6@2.36-9%2Bdeb12u10');
      expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(page).not.toContain('<script');
      expect(page).not.toMatch(/(src|href)="(?!#)/);
    }
  });

  it('one that is given is taken as it is', async () => {
    const dir = await workDir();
    const file = join(dir, 'given.json');
    const packages = [{ type: 'pypi' as const, name: 'given', version: '1', foundIn: 'x' }];
    const subject = {
      name: 'tiny-api',
      ref: 'tiny-api:1.0',
      digest: `sha256:${'0'.repeat(64)}`,
      platform: 'linux/amd64',
    };
    const given = buildBom(subject, packages, undefined);
    await writeFile(file, given);
    const { dir: bundle } = await make(dir, { sboms: [{ image: 'tiny-api:1.0', path: file }] });
    expect((await readFile(join(bundle, 'sbom/tiny-api.cdx.json'))).equals(given)).toBe(true);
  });

  it.each([
    ['no JSON', 'x', 'SBOM_FORMAT'],
    ['SPDX', '{"spdxVersion":"SPDX-2.3"}', 'SBOM_FORMAT'],
    ['of an image that the product has not', '{"bomFormat":"CycloneDX","specVersion":"1.6"}', 'USAGE'],
  ])('one that is given and %s is refused', async (what, content, code) => {
    const dir = await workDir();
    const file = join(dir, 'given.json');
    await writeFile(file, content);
    const image = what.startsWith('of') ? 'nowhere' : 'tiny-api';
    expect(await errorOf(make(dir, { sboms: [{ image, path: file }] }))).toMatchObject({ code });
  });

  it('names the distribution', async () => {
    const { files } = await scan([{ path: 'usr/lib/os-release', content: osRelease }]);
    expect(distributionOf(files)).toEqual({ id: 'debian', version: '12' });
  });
});
