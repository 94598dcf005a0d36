import { encodeFrame, FrameError, FrameReader } from '../../../../installer/base/frames.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import type { FuzzTarget } from '../target.ts';

const seed = Buffer.concat([
  encodeFrame({ kind: 'text', body: '{"m":1}' }),
  encodeFrame({ kind: 'binary', body: Uint8Array.of(1, 2, 3) }),
  encodeFrame({ kind: 'host', body: '{"ready":true}' }),
]);

/** The pipe between the desktop's window and its engine. */
export const framesTarget = async (): Promise<FuzzTarget> => ({
  name: 'frames',
  make: (random) => mutateBytes(random, seed, [seed]),
  read(input) {
    const reader = new FrameReader();
    const step = 1 + ((input[0] ?? 0) % 13);
    try {
      for (let at = 0; at < input.length; at += step) reader.push(input.subarray(at, at + step));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
    }
  },
});
