import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { legacyArchive } from '../../fixtures/image-archives.ts';
import { tinyImages } from '../../fixtures/make-bundle.ts';
import { Random } from '../../fixtures/random.ts';
import { type ArchiveVector, oneLayer } from './vector.ts';

const good = legacyArchive(tinyImages);
const noise = new Random(3).bytes(100_000);
const kinds = { gzip: gzipSync, zstd: zstdCompressSync } as const;

const megabyte = Buffer.alloc(1024 * 1024);
/** Eight gigabytes of zeros in pieces; both formats let those follow each other (RFC 1952, 2.2; RFC 8878, 3.1). */
const ratio = 'compression ratio';

function bomb(kind: keyof typeof kinds): Buffer {
  const piece = kinds[kind](Buffer.concat(Array.from({ length: 128 }, () => megabyte)));
  return Buffer.concat(Array.from({ length: 64 }, () => piece));
}

/** A frame that asks for a window of 2 GiB (RFC 8878, 3.1.1.1.2): memory taken before one byte is out. */
const hugeWindow = Buffer.concat([Buffer.from('28b52ffd00a8', 'hex'), Buffer.from('010000', 'hex')]);
/** Needs a dictionary that nobody has. */
const dictionary = Buffer.concat([Buffer.from('28b52ffd03', 'hex'), Buffer.from('58efbeadde010000', 'hex')]);
const skippable = Buffer.concat([Buffer.from('502a4d18ffffff7f', 'hex'), noise]);
/** FNAME without its end (RFC 1952, 2.3): as long as the stream goes on, it is a name. */
const endlessName = Buffer.concat([Buffer.from('1f8b08080000000000ff', 'hex'), Buffer.alloc(5_000_000, 'a')]);

export const bombs: ArchiveVector[] = [
  ...(['gzip', 'zstd'] as const).flatMap((kind) => [
    { name: `${kind} as the archive`, make: () => bomb(kind), because: ratio },
    { name: `${kind} as a layer`, make: () => oneLayer(bomb(kind)), because: ratio },
    {
      name: `${kind} behind an honest start`,
      make: () => Buffer.concat([kinds[kind](good.subarray(0, 512)), bomb(kind)]),
    },
    { name: `${kind} within ${kind}`, make: () => kinds[kind](bomb(kind)) },
  ]),
  { name: 'zstd within gzip', make: () => gzipSync(bomb('zstd')) },
  { name: 'gzip within zstd', make: () => zstdCompressSync(bomb('gzip')) },
  { name: 'a gzip layer within a gzip archive', make: () => gzipSync(oneLayer(bomb('gzip'))) },
  { name: 'a zstd frame with a window of gigabytes', make: () => hugeWindow },
  { name: 'a layer with a zstd window of gigabytes', make: () => oneLayer(hugeWindow) },
  { name: 'a gzip header without an end', make: () => endlessName },
];

export const damaged: ArchiveVector[] = [
  ...(['gzip', 'zstd'] as const).flatMap((kind) => [
    ...[3, 12, 60].map((at) => ({
      name: `${kind} archive cut off after ${at} bytes`,
      make: () => kinds[kind](good).subarray(0, at),
    })),
    { name: `${kind} archive cut off before its end`, make: () => kinds[kind](good).subarray(0, -10) },
    { name: `${kind} archive with bytes changed in it`, make: () => changed(kinds[kind](good), 80) },
    {
      name: `${kind} archive with its checksum changed`,
      make: () => changed(kinds[kind](good, kind === 'zstd' ? { params: { 201: 1 } } : {}), -5),
    },
    { name: `${kind} layer cut off`, make: () => oneLayer(kinds[kind](noise).subarray(0, -10)) },
    { name: `${kind} layer with bytes changed in it`, make: () => oneLayer(changed(kinds[kind](noise), 5000)) },
    {
      name: `${kind} layer with something behind it`,
      make: () => oneLayer(Buffer.concat([kinds[kind](noise), noise])),
    },
    { name: `${kind} archive of an archive that is cut off`, make: () => kinds[kind](good.subarray(0, 5000)) },
    { name: `${kind} archive compressed twice`, make: () => kinds[kind](kinds[kind](good)) },
    { name: `${kind} archive of nothing`, make: () => kinds[kind](Buffer.alloc(0)) },
  ]),
  { name: 'a zstd frame for a dictionary', make: () => dictionary },
  { name: 'a zstd frame to skip that has no end', make: () => skippable },
  { name: 'a gzip magic and nothing else', make: () => Buffer.from('1f8b', 'hex') },
  { name: 'deflate without a header', make: () => deflateRawSync(good) },
  { name: 'bzip2, which is not read', make: () => Buffer.concat([Buffer.from('BZh91AY&SY'), noise]) },
  { name: 'xz, which is not read', make: () => Buffer.concat([Buffer.from('fd377a585a0000', 'hex'), noise]) },
  { name: 'zip, which is not read', make: () => Buffer.concat([Buffer.from('504b0304', 'hex'), noise]) },
];

function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  const start = at < 0 ? copy.length + at : at;
  copy.fill(0xaa, start, start + 4);
  return copy;
}
