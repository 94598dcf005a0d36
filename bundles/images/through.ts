import type { Transform } from 'node:stream';

/**
 * Drives `source` through a compressor, giving what comes out to `use`. Input is written chunk by chunk and
 * ended on its own, so that a compressor sees the same calls each time and its output does not depend on timing.
 */
export async function through(
  source: AsyncIterable<Uint8Array>,
  transform: Transform,
  use: (chunk: Buffer) => Promise<void> | void,
): Promise<void> {
  const failures: unknown[] = [];
  // the first failure is the cause; the other side then fails because of it
  const note = (error: unknown): void => {
    failures.push(error);
    transform.destroy();
  };
  await Promise.all([feed(source, transform).catch(note), drain(transform, use).catch(note)]);
  if (failures.length > 0) throw failures[0];
}

async function feed(source: AsyncIterable<Uint8Array>, transform: Transform): Promise<void> {
  for await (const chunk of source) await write(transform, chunk);
  transform.end();
}

async function drain(transform: Transform, use: (chunk: Buffer) => Promise<void> | void): Promise<void> {
  for await (const chunk of transform as AsyncIterable<Buffer>) await use(chunk);
}

function write(transform: Transform, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    // a write that was under way when the stream was destroyed is never answered
    const closed = () => reject(new Error('destroyed while writing'));
    transform.once('close', closed);
    transform.write(chunk, (error) => {
      transform.off('close', closed);
      if (error) reject(error);
      else resolve();
    });
  });
}
