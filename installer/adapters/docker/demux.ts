export interface Frame {
  stream: 'stdout' | 'stderr';
  chunk: Buffer;
}

const headerLength = 8;

/**
 * Splits a multiplexed output stream into frames: one byte of stream type, three of padding, four of length, big endian.
 * https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Container/operation/ContainerAttach
 * A frame is handed on as it arrives: its declared length is never reserved.
 */
export async function* frames(source: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let pending: Buffer = Buffer.alloc(0);
  let stream: Frame['stream'] = 'stdout';
  let left = 0;
  for await (const piece of source) {
    pending = pending.length === 0 ? piece : Buffer.concat([pending, piece]);
    for (;;) {
      if (left === 0) {
        if (pending.length < headerLength) break;
        stream = pending[0] === 2 ? 'stderr' : 'stdout';
        left = pending.readUInt32BE(4);
        pending = pending.subarray(headerLength);
      } else {
        if (pending.length === 0) break;
        const chunk = pending.subarray(0, left);
        left -= chunk.length;
        pending = pending.subarray(chunk.length);
        yield { stream, chunk };
      }
    }
  }
}
