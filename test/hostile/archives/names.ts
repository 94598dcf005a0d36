import { legacyArchive } from '../../fixtures/image-archives.ts';
import { tinyImages } from '../../fixtures/make-bundle.ts';
import { pax, rawTar } from '../../fixtures/raw-tar.ts';
import { type ArchiveVector, endingWith, escapedName, legacy, withEntries } from './vector.ts';

const named = (name: string | Buffer) => () => withEntries({ name, content: 'x' });
const long = (name: string, type = 'L') => ({ name: '././@LongLink', type, content: `${name}\0` });

export const traversal: ArchiveVector[] = [
  ...[
    `../${escapedName}`,
    `../../${escapedName}`,
    `./../${escapedName}`,
    `a/../../${escapedName}`,
    `a/b/../../../${escapedName}`,
    `blobs/../../${escapedName}`,
    `blobs/sha256/../../../${escapedName}`,
    `${'../'.repeat(20)}tmp/${escapedName}`,
    '..',
    '../',
    'a/../..',
  ].map((name) => ({ name, make: named(name) })),
  { name: 'in the prefix field', make: () => withEntries({ name: escapedName, prefix: '../..', content: 'x' }) },
  {
    name: 'split over prefix and name',
    make: () => withEntries({ name: `./${escapedName}`, prefix: 'a/../..', content: 'x' }),
  },
  { name: 'in a folder’s name', make: () => withEntries({ name: `../${escapedName}/`, type: '5' }) },
  {
    name: 'in a symbolic link’s name',
    make: () => withEntries({ name: `../${escapedName}`, type: '2', link: 'manifest.json' }),
  },
  { name: 'behind the documents', make: () => endingWith({ name: `../${escapedName}`, content: 'x' }) },
  { name: 'in backslashes, which are no separators here', make: named(`..\\..\\${escapedName}`), taken: true },
  { name: 'in percent signs, which nobody decodes here', make: named(`%2e%2e%2f${escapedName}`), taken: true },
];

export const absolute: ArchiveVector[] = [
  ...[`/tmp/${escapedName}`, `//tmp/${escapedName}`, '/etc/passwd', '/proc/self/mem', '/dev/stdout', '/'].map(
    (name) => ({ name, make: named(name) }),
  ),
  { name: 'in the prefix field', make: () => withEntries({ name: escapedName, prefix: '/tmp', content: 'x' }) },
  { name: 'a folder', make: () => withEntries({ name: `/tmp/${escapedName}/`, type: '5' }) },
  { name: 'a symbolic link', make: () => withEntries({ name: `/tmp/${escapedName}`, type: '2', link: 'x' }) },
  { name: 'with a drive letter, which means nothing here', make: named(`C:\\${escapedName}`), taken: true },
];

export const gnuLongNames: ArchiveVector[] = [
  { name: 'path traversal', make: () => withEntries(long(`../../${escapedName}`), { name: 'x', content: 'x' }) },
  { name: 'an absolute path', make: () => withEntries(long(`/tmp/${escapedName}`), { name: 'x', content: 'x' }) },
  {
    name: 'path traversal beyond a hundred characters',
    make: () => withEntries(long(`${'a/'.repeat(60)}${'../'.repeat(61)}${escapedName}`), { name: 'x', content: 'x' }),
  },
  {
    name: 'a link target of a long name that leads outside',
    make: () => withEntries(long('../../etc/passwd', 'K'), { name: 'x', type: '2', link: 'y' }),
  },
  {
    name: 'a hard link’s long target',
    make: () => withEntries(long('/etc/passwd', 'K'), { name: 'x', type: '1', link: 'y' }),
  },
  { name: 'a name of a megabyte', make: () => withEntries(long('a'.repeat(1_000_000)), { name: 'x', content: 'x' }) },
  {
    name: 'the name of the manifest, so that there are two',
    make: () => withEntries(long('manifest.json'), { name: 'x', content: '[]' }),
  },
  { name: 'a size that runs over the next entries', make: () => withEntries({ ...long('a'), size: 2 ** 33 - 1 }) },
];

export const paxAbuse: ArchiveVector[] = [
  {
    name: 'a path that leads outside',
    make: () => withEntries(pax({ path: `../${escapedName}` }), { name: 'x', content: 'x' }),
  },
  {
    name: 'an absolute path',
    make: () => withEntries(pax({ path: `/tmp/${escapedName}` }), { name: 'x', content: 'x' }),
  },
  {
    name: 'a global path that leads outside, which counts for nothing',
    make: () => withEntries(pax({ path: `../${escapedName}` }, 'g'), { name: 'x', content: 'x' }),
    taken: true,
  },
  {
    name: 'a link target that leads outside',
    make: () => withEntries(pax({ linkpath: '../../etc/passwd' }), { name: 'x', type: '2', link: 'y' }),
  },
  {
    name: 'the manifest’s name for another file',
    make: () => withEntries(pax({ path: 'manifest.json' }), { name: 'x', content: '[]' }),
  },
  {
    name: 'a path with a NUL in it, which is its end',
    make: () => withEntries(pax({ path: `a\0/../../${escapedName}` }), { name: 'x', content: 'x' }),
    taken: true,
  },
  {
    name: 'a size larger than the archive',
    make: () => withEntries(pax({ size: '99999999999999' }), { name: 'x', content: 'x' }),
  },
  {
    name: 'a size smaller than the content',
    make: () => withEntries(pax({ size: '1' }), { name: 'x', content: 'x'.repeat(3000) }),
  },
  {
    name: 'a size of a negative number, which counts for nothing',
    make: () => withEntries(pax({ size: '-512' }), { name: 'x', content: 'x' }),
    taken: true,
  },
  {
    name: 'a size that is no number, which counts for nothing',
    make: () => withEntries(pax({ size: 'NaN' }), { name: 'x', content: 'x'.repeat(600) }),
    taken: true,
  },
  {
    name: 'a size for all that follows',
    make: () => withEntries(pax({ size: '3' }, 'g'), { name: 'x', content: 'xyz' }),
  },
  {
    name: 'a header of two megabytes',
    make: () => withEntries(pax({ comment: 'x'.repeat(2_000_000) }), { name: 'x', content: 'x' }),
  },
  {
    name: 'a header cut off by the archive’s end',
    make: () => rawTar([{ ...pax({ path: 'x' }), size: 100_000 }], { end: false }),
  },
];

export const twice: ArchiveVector[] = [
  { name: 'the same manifest twice', make: () => withEntries({ name: 'manifest.json', content: '[]' }) },
  {
    name: 'two whole archives in one',
    make: () => Buffer.concat([legacyArchive(tinyImages).subarray(0, -1024), legacyArchive(tinyImages)]),
  },
  ...['./manifest.json', 'a/../manifest.json', './/manifest.json', 'manifest.json/', 'x/./../manifest.json'].map(
    (name) => ({ name: `the manifest again as ${name}`, make: () => withEntries({ name, content: '[]' }) }),
  ),
  {
    name: 'the manifest as a link and as a file',
    make: () => withEntries({ name: 'manifest.json', type: '2', link: 'other.json' }),
  },
  {
    name: 'a layer twice',
    make: () =>
      legacy(({ entries }) => entries.push({ ...entries[0], name: entries[0]?.name ?? '', content: 'x'.repeat(600) })),
  },
  {
    name: 'a configuration twice',
    make: () => legacy(({ entries, manifest }) => entries.push({ name: String(manifest[0]?.Config), content: '{}' })),
  },
  {
    name: 'two layers that differ by case alone, which nothing here writes by name',
    make: () => legacy(({ entries }) => entries.push({ name: '0/0/LAYER.TAR', content: 'x' })),
    taken: true,
  },
  {
    name: 'the manifest again in capitals, which is another name',
    make: () => withEntries({ name: 'MANIFEST.JSON', content: '[]' }),
    taken: true,
  },
];

export const unicode: ArchiveVector[] = [
  {
    name: 'a layer named in composed letters, meant in decomposed ones',
    make: () =>
      legacy(({ entries, manifest }) => {
        entries[0] = { name: '\u00e9/layer.tar', content: entries[0]?.content ?? '' };
        Object.assign(manifest[0] ?? {}, { Layers: ['e\u0301/layer.tar', '0/1/layer.tar'] });
      }),
  },
  {
    name: 'a layer named in full-width letters, meant in plain ones',
    make: () =>
      legacy(({ entries }) => {
        entries[0] = { name: '0/0/\uff4cayer.tar', content: entries[0]?.content ?? '' };
      }),
  },
  {
    name: 'a layer whose name has a letter of no width in it',
    make: () =>
      legacy(({ entries }) => {
        entries[0] = { name: '0/0/layer\u200b.tar', content: entries[0]?.content ?? '' };
      }),
  },
  {
    name: 'the manifest in letters that only look like its own',
    make: () => rawTar([{ name: 'm\u0430nifest.json', content: '[]' }]),
  },
  {
    name: 'dots in overlong UTF-8, which nobody takes for dots here',
    make: () => withEntries({ name: Buffer.from('c0aec0aec0af6573636170', 'hex'), content: 'x' }),
    taken: true,
  },
  {
    name: 'a name that is written from right to left',
    make: () => withEntries({ name: '\u202etxt.exe', content: 'x' }),
    taken: true,
  },
  {
    name: 'a name that is no UTF-8',
    make: () => withEntries({ name: Buffer.from([0xff, 0xfe, 0x61]), content: 'x' }),
    taken: true,
  },
];
