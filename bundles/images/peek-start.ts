/**
 * The first `count` bytes of a stream (fewer where it ends before), and the stream with nothing taken out of it; `close` is
 * for who does not want to read on.
 */
export async function peekStart(
  source: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ start: Buffer; all: AsyncGenerator<Buffer>; close: () => Promise<void> }> {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < count) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength));
    length += next.value.length;
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield* chunks;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
      }
    } finally {
      await iterator.return?.();
    }
  }
  const close = async (): Promise<void> => {
    await iterator.return?.();
  };
  return { start: Buffer.concat(chunks), all: all(), close };
}
