import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { boundedOutput } from '../../../installer/adapters/docker/bounded-output.ts';
import { frames } from '../../../installer/adapters/docker/demux.ts';

function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

async function read(chunks: Buffer[]): Promise<[string, string]> {
  const texts = { stdout: '', stderr: '' };
  for await (const { stream, chunk } of frames(Readable.from(chunks))) texts[stream] += chunk.toString();
  return [texts.stdout, texts.stderr];
}

describe('multiplexed output', () => {
  const whole = Buffer.concat([frame(1, 'one '), frame(2, 'err'), frame(1, ''), frame(1, 'two')]);

  test.each([1, 3, 8, 11, 1000])('is split in its two streams, in chunks of %i bytes', async (size) => {
    const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
      whole.subarray(i * size, (i + 1) * size),
    );
    expect(await read(chunks)).toEqual(['one two', 'err']);
  });

  test('a frame that claims four gigabytes costs no more than what arrives', async () => {
    const header = Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    expect(await read([header, Buffer.from('little')])).toEqual(['little', '']);
  });
});

describe('bounded output', () => {
  test('keeps all that fits', () => {
    const output = boundedOutput(10);
    output.add(Buffer.from('12345'));
    output.add(Buffer.from('67890'));
    expect(output.text()).toBe('1234567890');
  });

  test('keeps the end of what does not, from a whole word on, and says so', () => {
    const output = boundedOutput(9);
    for (let i = 0; i < 100; i++) output.add(Buffer.from('abc '));
    expect(output.text()).toBe('[391 bytes before this were dropped]\nabc abc ');
    expect(output.text()).toBe(output.text());
  });

  test('keeps nothing of a password that the cut goes through; the whole one is there to be redacted', () => {
    const password = 'Yb3kQ0pZsW9vTn51Lr8DYb3kQ0pZsW9v';
    for (let size = 1; size < 80; size++) {
      const output = boundedOutput(size);
      output.add(Buffer.from(`${'. '.repeat(40)}login ${password}`));
      output.add(Buffer.from('@postgres failed'));
      expect(output.text().replaceAll(password, '***')).not.toContain(password.slice(-4));
    }
  });
});
