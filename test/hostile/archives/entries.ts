import { legacyArchive } from '../../fixtures/image-archives.ts';
import { tinyImages } from '../../fixtures/make-bundle.ts';
import { pax, rawTar } from '../../fixtures/raw-tar.ts';
import { type ArchiveVector, escapedName, legacy, withEntries } from './vector.ts';

const symbolic = (name: string, link: string) => ({ name, type: '2', link });
const asLayer =
  (...links: { name: string; type: string; link: string }[]) =>
  () =>
    legacy(({ entries, manifest }) => {
      entries.push(...links);
      Object.assign(manifest[0] ?? {}, { Layers: [links[0]?.name, '0/1/layer.tar'] });
    });
const good = legacyArchive(tinyImages);

export const links: ArchiveVector[] = [
  ...['../../etc/passwd', '/etc/passwd', '/proc/self/environ', `../${escapedName}`, '..', '/'].map((target) => ({
    name: `a symbolic link to ${target}`,
    make: () => withEntries(symbolic('a', target)),
  })),
  {
    name: 'a symbolic link to a folder outside, and a file through it',
    make: () => withEntries(symbolic('a', '/tmp'), { name: `a/${escapedName}`, content: 'x' }),
  },
  { name: 'a symbolic link in the manifest’s place', make: () => rawTar([symbolic('manifest.json', 'nowhere')]) },
  {
    name: 'a symbolic link in the manifest’s place that leads outside',
    make: () => rawTar([symbolic('manifest.json', '/etc/passwd')]),
  },
  { name: 'a layer that is a symbolic link to itself', make: asLayer(symbolic('a', 'a')) },
  {
    name: 'a layer that is a circle of symbolic links',
    make: asLayer(symbolic('a', 'b'), symbolic('b', 'c'), symbolic('c', 'a')),
  },
  {
    name: 'a layer at the end of a long row of symbolic links',
    make: asLayer(
      ...Array.from({ length: 40 }, (_, at) => symbolic(`l${at}`, at === 39 ? '0/0/layer.tar' : `l${at + 1}`)),
    ),
  },
  {
    name: 'a layer that is a symbolic link to a file outside',
    make: asLayer(symbolic('a/layer.tar', '../../etc/passwd')),
  },
  { name: 'a layer that is a symbolic link to nothing', make: asLayer(symbolic('a', 'nowhere')) },
  { name: 'a layer that is a symbolic link to a configuration', make: asLayer(symbolic('a', 'manifest.json')) },
  ...['manifest.json', '/etc/passwd', '../../etc/passwd', '0/0/layer.tar'].map((link) => ({
    name: `a hard link to ${link}`,
    make: () => withEntries({ name: 'a', type: '1', link }),
  })),
  {
    name: 'a hard link with content of its own',
    make: () => withEntries({ name: 'a', type: '1', link: 'manifest.json', content: 'x'.repeat(700) }),
  },
  {
    name: 'a hard link in the manifest’s place',
    make: () => rawTar([{ name: 'manifest.json', type: '1', link: '/etc/passwd' }]),
  },
  { name: 'a symbolic link that nobody follows', make: () => withEntries(symbolic('a', 'nowhere')), taken: true },
];

export const types: ArchiveVector[] = [
  ...Object.entries({
    '3': 'a character device',
    '4': 'a block device',
    '6': 'a FIFO',
    M: 'a file that began on another volume',
    S: 'an old GNU sparse file',
    V: 'a volume’s name',
    A: 'an access control list',
    I: 'an inode',
    s: 'a socket',
    Z: 'a type that does not exist',
  }).map(([type, name]) => ({
    name,
    make: () => withEntries({ name: 'a', type, content: type === '3' || type === '4' || type === '6' ? '' : 'x' }),
  })),
  { name: 'a character device in the manifest’s place', make: () => rawTar([{ name: 'manifest.json', type: '3' }]) },
  {
    name: 'a FIFO in a layer’s place',
    make: () =>
      legacy(({ entries }) => {
        entries[0] = { name: entries[0]?.name ?? '', type: '6' };
      }),
  },
  { name: 'a folder with content', make: () => withEntries({ name: 'a/', type: '5', content: 'x'.repeat(5000) }) },
  { name: 'a folder in the manifest’s place', make: () => rawTar([{ name: 'manifest.json/', type: '5' }]) },
  {
    name: 'an old GNU long name, which is a name',
    make: () => withEntries({ name: 'a', type: 'N', content: 'x' }),
    taken: true,
  },
  {
    name: 'an old extended header, which is a header',
    make: () => withEntries({ name: 'a', type: 'X', content: 'x' }),
    taken: true,
  },
  {
    name: 'a contiguous file, which is a file',
    make: () => withEntries({ name: 'a', type: '7', content: 'x' }),
    taken: true,
  },
  {
    name: 'a file of the time before ustar, which is a file',
    make: () => withEntries({ name: 'a', type: '\0', content: 'x' }),
    taken: true,
  },
];

export const sparse: ArchiveVector[] = [
  {
    name: 'GNU sparse 0.0',
    make: () =>
      sparseLayer({
        'GNU.sparse.size': '1099511627776',
        'GNU.sparse.numblocks': '1',
        'GNU.sparse.offset': '0',
        'GNU.sparse.numbytes': '512',
      }),
  },
  {
    name: 'GNU sparse 0.1',
    make: () =>
      sparseLayer({
        'GNU.sparse.size': '1099511627776',
        'GNU.sparse.map': '0,512',
        'GNU.sparse.name': '0/0/layer.tar',
      }),
  },
  {
    name: 'GNU sparse 1.0',
    make: () =>
      sparseLayer({
        'GNU.sparse.major': '1',
        'GNU.sparse.minor': '0',
        'GNU.sparse.name': '0/0/layer.tar',
        'GNU.sparse.realsize': '1099511627776',
      }),
  },
  {
    name: 'GNU’s old format with a terabyte of holes',
    make: () => withEntries({ name: 'a', type: 'S', content: 'x', size: 512 }),
  },
];

function sparseLayer(records: Record<string, string>): Buffer {
  return legacy(({ entries }) => {
    entries.splice(0, 1, pax(records), { name: 'GNUSparseFile.0/layer.tar', content: '1\n0\n512\n'.padEnd(512, '\0') });
  });
}

const sized = (size: number | Buffer) => () => withEntries({ name: 'a', content: 'x', size });

export const headers: ArchiveVector[] = [
  { name: 'an entry longer than the archive', make: sized(10 ** 9) },
  { name: 'an entry of 8 GiB in octal', make: sized(2 ** 33 - 1) },
  { name: 'an entry of 2^63 bytes in base 256', make: sized(Buffer.from('80000000800000000000000f', 'hex')) },
  { name: 'an entry of a negative size in base 256', make: sized(Buffer.from('ffffffffffffffffffffff00', 'hex')) },
  { name: 'a size that is no number', make: sized(Buffer.from('9999999999\0 ')) },
  { name: 'a wrong checksum', make: () => withEntries({ name: 'a', content: 'x', checksum: 1 }) },
  { name: 'a header of ones', make: () => Buffer.concat([Buffer.alloc(512, 0xff), good]) },
  { name: 'the first header cut short', make: () => good.subarray(0, 300) },
  { name: 'one block of text in front', make: () => Buffer.concat([Buffer.alloc(512, 'x'), good]) },
  { name: 'an archive shifted by one byte', make: () => Buffer.concat([Buffer.from('x'), good]) },
  { name: 'the end in front of everything', make: () => Buffer.concat([Buffer.alloc(1024), good]) },
  {
    name: 'the end before the manifest',
    make: () => Buffer.concat([good.subarray(0, 2560), Buffer.alloc(1024), good.subarray(2560)]),
  },
  {
    name: 'more entries than an archive may have',
    make: () => rawTar(Array.from({ length: 50_001 }, (_, at) => ({ name: `x${at}` }))),
  },
  {
    name: 'documents of more bytes than are kept',
    make: () =>
      rawTar(Array.from({ length: 20 }, (_, at) => ({ name: `${at}.json`, content: `{${' '.repeat(8_000_000)}}` }))),
  },
  {
    name: 'a document larger than any may be',
    make: () => rawTar([{ name: 'manifest.json', content: `[${' '.repeat(9_000_000)}]` }]),
  },
];

export const truncated: ArchiveVector[] = [
  ...[1, 100, 511, 512, 513, 1000, 5000, good.length >> 1, good.length - 1500].map((length) => ({
    name: `after ${length} bytes`,
    make: () => good.subarray(0, length),
  })),
  { name: 'an empty file', make: () => Buffer.alloc(0) },
  { name: 'nothing but zeros', make: () => Buffer.alloc(10_240) },
  { name: 'text', make: () => Buffer.from('no archive at all\n'.repeat(200)) },
];
