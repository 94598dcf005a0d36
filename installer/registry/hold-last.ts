import { Transform } from 'node:stream';

/**
 * A pass-through that keeps the last chunk back until its source has ended well. A source that verifies its bytes can say no
 * only at its end; a receiver that counts bytes (Content-Length) would by then have the whole and commit it.
 */
export function holdLast(onBytes?: (count: number) => void): Transform {
  let held: Buffer | undefined;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const before = held;
      held = chunk;
      onBytes?.(chunk.length);
      if (before === undefined) done();
      else done(null, before);
    },
    flush(done) {
      if (held === undefined) done();
      else done(null, held);
    },
  });
}
