import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { engineMessages } from '../../../installer/adapters/docker/message-stream.ts';

async function read(chunks: Iterable<Buffer | string>): Promise<unknown[]> {
  const messages: unknown[] = [];
  for await (const message of engineMessages(Readable.from(chunks))) messages.push(message);
  return messages;
}

describe('the engine’s progress stream', () => {
  test('is read across chunk borders, also within a character', async () => {
    const bytes = Buffer.from('{"status":"Größe","id":"a"}\r\n{"status":"b"}\n{"status":"c"}');
    const split = bytes.indexOf(0xc3) + 1;
    expect(await read([bytes.subarray(0, split), bytes.subarray(split)])).toEqual([
      { status: 'Größe', id: 'a' },
      { status: 'b' },
      { status: 'c' },
    ]);
  });

  test('an error message in it is thrown, though the answer’s status was 200', async () => {
    await expect(
      read(['{"status":"x"}\n', '{"errorDetail":{"message":"no space"},"error":"no space"}\n']),
    ).rejects.toThrow('no space');
    await expect(read(['{"error":"old style"}'])).rejects.toThrow('old style');
  });

  test('a connection that breaks off is an error, not the end', async () => {
    const stream = new Readable({ read: () => undefined });
    stream.push('{"status":"Downloading"}\n');
    const reading = (async () => {
      for await (const _ of engineMessages(stream)) stream.destroy();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  test('a line without an end is refused before it fills the memory', async () => {
    await expect(read(Array.from({ length: 40 }, () => 'x'.repeat(64 * 1024)))).rejects.toThrow('without an end');
  });
});
