import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { isZlibError } from '../../../../bundles/images/compression.ts';
import { decompress } from '../../../../bundles/images/decompress.ts';
import type { Random } from '../../../fixtures/random.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { type FuzzTarget, Unsound } from '../target.ts';

const contents = ['', 'x', 'frame '.repeat(300)].map((text) => Buffer.from(text));
const frames = contents.flatMap((content) => [
  zstdCompressSync(content),
  zstdCompressSync(content, { params: { 201: 1 } }),
]);
const skippable = Buffer.from('502a4d1803000000616263', 'hex');

const manyFrames = (random: Random): Buffer =>
  Buffer.concat(
    Array.from({ length: 1 + random.below(4) }, () => (random.chance(0.3) ? skippable : random.pick(frames))),
  );

/** zstd files of many frames, whole and damaged, in pieces of changing size: the size of the pieces must change nothing. */
export const zstdTarget = async (): Promise<FuzzTarget> => ({
  name: 'zstd',
  make: (random) => (random.chance(0.3) ? manyFrames(random) : mutateBytes(random, manyFrames(random), frames)),
  async read(input) {
    const whole = await unpack([input]);
    const step = 1 + ((input[input.length - 1] ?? 0) % 17);
    const inPieces = await unpack(
      Array.from({ length: Math.ceil(input.length / step) }, (_, at) => input.subarray(at * step, (at + 1) * step)),
    );
    if ((whole === undefined) !== (inPieces === undefined))
      throw new Unsound('taken in one piece only, or in many only');
    if (whole !== undefined && inPieces !== undefined && !whole.equals(inPieces)) throw new Unsound('pieces differ');
    if (whole !== undefined && whole.length > 0 && startsWithFrame(input)) {
      const first = firstFrame(input);
      if (!whole.subarray(0, first.length).equals(first))
        throw new Unsound('not what Node.js reads in the first frame');
    }
  },
});

/**
 * Nothing where it is refused in one piece: libzstd compares a frame's content size with what came out of it, but where the last block
 * is empty and the frame was given in several pieces.
 */
function firstFrame(input: Buffer): Buffer {
  try {
    return zstdDecompressSync(input);
  } catch (error) {
    if (isZlibError(error)) return Buffer.alloc(0);
    throw error;
  }
}

function startsWithFrame(input: Buffer): boolean {
  return input.length >= 4 && input.readUInt32LE(0) === 0xfd2fb528;
}

/** `undefined` where it was refused. */
async function unpack(chunks: readonly Buffer[]): Promise<Buffer | undefined> {
  const source = async function* (): AsyncGenerator<Buffer> {
    yield* chunks;
  };
  const found: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of decompress('zstd', source())) {
      found.push(chunk);
      length += chunk.length;
      // a changed length may unpack to anything; nobody needs to see its end
      if (length > 1_000_000) break;
    }
  } catch (error) {
    if (isZlibError(error)) return undefined;
    throw error;
  }
  return length > 1_000_000 ? Buffer.alloc(0) : Buffer.concat(found);
}
