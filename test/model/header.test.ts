import { open, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readModelHeader } from '../../installer/model/check-model.ts';
import { readGguf, summarise } from '../../installer/model/gguf/header.ts';
import { ggufLimits } from '../../installer/model/gguf/limits.ts';
import { fileSource, prefixSource } from '../../installer/model/gguf/source.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { array, entry, entryText, entryU32, ggufFile, llamaEntries, tensor, text, u32, u64 } from '../fixtures/gguf.ts';
import { shape8B, shapedHeader } from '../fixtures/shape.ts';
import { tinyModel } from '../fixtures/tiny-model.ts';
import { bufferSource } from './buffer-source.ts';

const read = (bytes: Buffer) => readGguf(bufferSource(bytes), bytes.length);

describe('readGguf', () => {
  it.each([
    ['q8_0', tinyModel.q8, 7, 'Q8_0'],
    ['f16', tinyModel.f16, 1, 'F16'],
  ])('reads the trained model in %s', async (_name, path, fileType, weightType) => {
    const header = await readModelHeader(path);
    expect(summarise(header)).toMatchObject({
      version: 3,
      architecture: 'llama',
      name: 'tiny-smoke',
      contextLength: 512,
      blockCount: 4,
      embeddingLength: 128,
      headCount: 4,
      headCountKv: 2,
      keyLength: 32,
      valueLength: 32,
      ropeDim: 32,
      vocabSize: 384,
      fileType,
      parameterCount: 689_280,
      tensorCount: 39,
      alignment: 32,
    });
    expect(header.tensors[0]).toMatchObject({
      name: 'token_embd.weight',
      dims: [128, 384],
      type: weightType,
      offset: 0,
    });
    const last = header.tensors.at(-1);
    expect(header.dataOffset + (last?.offset ?? 0) + (last?.size ?? 0)).toBeLessThanOrEqual((await stat(path)).size);
  });

  it('reads the shape of an 8B model with a vocabulary of 128,256 tokens', async () => {
    const { header, fileSize } = shapedHeader(shape8B);
    const read = await readGguf(bufferSource(header), fileSize);
    expect(read).toMatchObject({ parameterCount: 8_030_261_248, vocabSize: 128_256, tensorCount: 291 });
    expect(read.dataOffset + read.tensorBytes).toBe(fileSize);
    expect(read.metadata.get('tokenizer.ggml.tokens')?.value).toEqual({ type: 'array', of: 'string', length: 128_256 });
  });

  it('reads version 2, whose layout is that of version 3', async () => {
    await expect(read(ggufFile({ version: 2 }))).resolves.toMatchObject({ version: 2 });
  });

  it('keeps every kind of value, and long ones only by their length', async () => {
    const int64 = Buffer.alloc(8);
    int64.writeBigInt64LE(-(2n ** 62n));
    const header = await read(
      ggufFile({
        entries: [
          ...llamaEntries,
          entry('t.uint8', 'uint8', Buffer.from([200])),
          entry('t.int8', 'int8', Buffer.from([0xff])),
          entry('t.uint16', 'uint16', Buffer.from([1, 2])),
          entry('t.int16', 'int16', Buffer.from([0xfe, 0xff])),
          entry('t.int32', 'int32', u32(0xffffffff)),
          entry('t.uint64', 'uint64', u64(2n ** 64n - 1n)),
          entry('t.int64', 'int64', int64),
          entry('t.float32', 'float32', Buffer.from(Float32Array.of(0.5).buffer)),
          entry('t.float64', 'float64', Buffer.from(Float64Array.of(0.1).buffer)),
          entry('t.true', 'bool', Buffer.from([1])),
          entryText('t.text', 'смола'),
          entryText('t.long', 'x'.repeat(ggufLimits.keptStringBytes + 1)),
          entry('t.numbers', 'array', array('uint16', 2, [Buffer.from([1, 0, 2, 0])])),
          entry('t.bools', 'array', array('bool', 2, [Buffer.from([1, 0])])),
          entry('t.many', 'array', array('uint8', 2000, [Buffer.alloc(2000)])),
          entry('t.nested', 'array', array('array', 1, [array('string', 1, [text('a')])])),
        ],
      }),
    );
    const values = Object.fromEntries(
      [...header.metadata].filter(([key]) => key.startsWith('t.')).map(([key, { value }]) => [key.slice(2), value]),
    );
    expect(values).toEqual({
      uint8: 200,
      int8: -1,
      uint16: 513,
      int16: -2,
      int32: -1,
      uint64: '18446744073709551615',
      int64: '-4611686018427387904',
      float32: 0.5,
      float64: 0.1,
      true: true,
      text: 'смола',
      long: { type: 'string', length: ggufLimits.keptStringBytes + 1 },
      numbers: [1, 2],
      bools: { type: 'array', of: 'bool', length: 2 },
      many: { type: 'array', of: 'uint8', length: 2000 },
      nested: { type: 'array', of: 'array', length: 1 },
    });
    expect(JSON.parse(JSON.stringify(summarise(header)))).toEqual(summarise(header));
  });

  it('takes an alignment of its own', async () => {
    const entries = [...llamaEntries, entryU32('general.alignment', 64)];
    const tensors = [
      tensor({ name: 'a', dims: [4], type: 0, offset: 0 }),
      tensor({ name: 'b', dims: [4], type: 0, offset: 64 }),
    ];
    const header = await read(ggufFile({ entries, tensors, dataBytes: 256 }));
    expect(header.dataOffset % 64).toBe(0);
  });

  it('says null where the file says nothing', async () => {
    const header = await read(ggufFile({ entries: [entryText('general.architecture', 'mamba')] }));
    expect(header).toMatchObject({ name: null, contextLength: null, blockCount: null, headCountKv: null });
  });

  it('knows heads that differ from layer to layer', async () => {
    const perLayer = entry('llama.attention.head_count_kv', 'array', array('int32', 2, [u32(0), u32(8)]));
    const header = await read(ggufFile({ entries: [...llamaEntries.slice(0, -1), perLayer] }));
    expect(header).toMatchObject({ headCountKv: 8, headCountKvByLayer: [0, 8] });
  });

  it('gives a missing file as what it is, not as a broken model', async () => {
    expect((await errorOf(readModelHeader('/nonexistent/model.gguf'))).code).toBe('PATH_MISSING');
  });
});

describe('prefixSource', () => {
  it('doubles what it asks for, up to its limit, and holds no more', async () => {
    const content = Buffer.from(Array.from({ length: 5_000_000 }, (_, index) => index % 251));
    const asked: number[] = [];
    const source = prefixSource(
      async (bytes) => {
        asked.push(bytes);
        return content.subarray(0, bytes);
      },
      3 * 1024 * 1024,
    );
    expect(await source.read(10, 4)).toEqual(content.subarray(10, 14));
    expect(await source.read(1_500_000, 4)).toEqual(content.subarray(1_500_000, 1_500_004));
    expect(await source.read(2_999_999, 2)).toEqual(content.subarray(2_999_999, 3_000_001));
    expect(await source.read(3 * 1024 * 1024 - 1, 4)).toHaveLength(1);
    expect(asked).toEqual([1, 2, 3].map((mebibytes) => mebibytes * 1024 * 1024));
  });

  it('stops asking when the file has no more', async () => {
    let calls = 0;
    const source = prefixSource(
      async () => {
        calls++;
        return Buffer.from('GGUF');
      },
      64 * 1024 * 1024,
    );
    expect(await source.read(0, 24)).toHaveLength(4);
    expect(await source.read(0, 24)).toHaveLength(4);
    expect(calls).toBe(1);
  });
});

describe('fileSource', () => {
  it('is short only at the end of the file', async () => {
    const handle = await open(tinyModel.q8);
    try {
      const { size } = await handle.stat();
      expect(await fileSource(handle).read(size - 10, 100)).toHaveLength(10);
    } finally {
      await handle.close();
    }
  });
});
