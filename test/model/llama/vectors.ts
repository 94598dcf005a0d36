import {
  array,
  entry,
  entryText,
  entryU32,
  type FileFields,
  ggufFile,
  llamaEntries,
  type TensorFields,
  tensor,
  text,
  u32,
  u64,
} from '../../fixtures/gguf.ts';
import { Random } from '../../fixtures/random.ts';
import { mutateBytes } from '../../hostile/fuzz/mutate-bytes.ts';

export interface GgufVector {
  readonly name: string;
  readonly bytes: Buffer;
}

const file = (name: string, fields: FileFields): GgufVector => ({ name, bytes: ggufFile(fields) });
const withEntry = (name: string, extra: Buffer): GgufVector => file(name, { entries: [...llamaEntries, extra] });
const withTensor = (name: string, fields: Partial<TensorFields>, dataBytes = 128): GgufVector =>
  file(name, { dataBytes, tensors: [tensor({ name: 't', dims: [32], type: 0, offset: 0, ...fields })] });

/** What llama.cpp takes though the specification, or good taste, does not have it so. */
export const unusual: readonly GgufVector[] = [
  file('version 2', { version: 2 }),
  ...['a b', 'a:b', '..', 'a..b', 'Großbuchstabe', 'ключ', 'a\nb', '../../etc/passwd', '\x1b[2J', 'k'.repeat(600)].map(
    (key) => withEntry(`a key that is ${JSON.stringify(key.slice(0, 20))}`, entry(key, 'uint32', u32(1))),
  ),
  withEntry('a key that is not UTF-8', entry(Buffer.from([0xff, 0xfe]), 'uint32', u32(1))),
  withEntry('a bool of 2', entry('x', 'bool', Buffer.from([2]))),
  withEntry('bools of 2', entry('x', 'array', array('bool', 3, [Buffer.from([0, 1, 2])]))),
  withEntry('the whole tokenizer of Hugging Face', entryText('tokenizer.huggingface.json', 'x'.repeat(8_000_000))),
  withEntry('a string of nothing', entryText('x', '')),
  withEntry('an array of nothing', entry('x', 'array', array('string', 0, []))),
  withEntry('one part of one', entry('split.count', 'uint16', Buffer.from([1, 0]))),
  withEntry('a type that is the model', entryText('general.type', 'model')),
  ...[1, 2, 4, 8, 16, 64, 4096].map((alignment) => {
    const entries = [...llamaEntries, entryU32('general.alignment', alignment)];
    const tensors = [0, 1].map((index) =>
      tensor({ name: `t${index}`, dims: [alignment], type: 24, offset: index * alignment }),
    );
    return file(`alignment ${alignment}`, { entries, tensors, dataBytes: 3 * alignment });
  }),
  ...['', ' ', 'a b', 'тензор', 'a\x1b[2J', 'n'.repeat(63)].map((name) =>
    withTensor(`a tensor called ${JSON.stringify(name.slice(0, 20))}`, { name }),
  ),
  withTensor('a tensor of no dimensions', { dims: [] }),
  withTensor('a tensor of four dimensions', { dims: [2, 2, 2, 2] }),
  withTensor('a dimension of 0', { dims: [32, 0] }),
  withTensor('a first dimension of 0', { dims: [0, 7] }),
  withTensor('a dimension of 0 beside one of 2^62', { dims: [0, 2n ** 62n] }),
  // more of them llama.cpp takes as well, in time that grows with the square of their number
  file('thousands of tensors', {
    tensors: Array.from({ length: 5000 }, (_, index) => tensor({ name: String(index), dims: [0], type: 0, offset: 0 })),
    dataBytes: 0,
  }),
  file('the padding behind the last tensor is missing', {
    tensors: [tensor({ name: 't', dims: [1], type: 0, offset: 0 })],
    dataBytes: 4,
  }),
];

const scalars: Record<string, Buffer> = {
  ...{ uint8: Buffer.alloc(1), int8: Buffer.alloc(1), uint16: Buffer.alloc(2), int16: Buffer.alloc(2) },
  ...{ uint32: Buffer.alloc(4), int32: Buffer.alloc(4), float32: Buffer.alloc(4), bool: Buffer.alloc(1) },
  ...{ string: text('s'), uint64: Buffer.alloc(8), int64: Buffer.alloc(8), float64: Buffer.alloc(8) },
};

/** Every type of value and of tensor, with whole rows, half rows and a file one byte too short for them. */
export const typeMatrix: readonly GgufVector[] = [
  ...Object.entries(scalars).flatMap(([type, value]) => [
    withEntry(`a value of ${type}`, entry('x', type as 'string', value)),
    withEntry(`three of ${type}`, entry('x', 'array', array(type as 'string', 3, [value, value, value]))),
    withEntry(`${type} that runs into the next field`, entry('x', type as 'string', value.subarray(1))),
    withEntry(`two of three of ${type}`, entry('x', 'array', array(type as 'string', 3, [value, value]))),
  ]),
  ...Array.from({ length: 45 }, (_, type) => type).flatMap((type) => [
    withTensor(`type ${type}, a row of 256`, { type, dims: [256] }, 2048),
    withTensor(`type ${type}, a row of 255`, { type, dims: [255] }, 2048),
    withTensor(`type ${type}, a file too short`, { type, dims: [256, 40] }, 256),
  ]),
];

const good = ggufFile({
  tensors: [0, 1].map((index) => tensor({ name: `t${index}`, dims: [32], type: 0, offset: index * 128 })),
  dataBytes: 256,
});

/** One file, cut at every seventh byte and around each field of its start. */
export const cuts: readonly GgufVector[] = Array.from({ length: good.length }, (_, length) => length)
  .filter((length) => length < 40 || length % 7 === 0 || length > good.length - 3)
  .map((length) => ({ name: `cut after ${length} bytes`, bytes: good.subarray(0, length) }));

/** Files with bytes changed at random, the same each time. */
export function mutated(count: number): GgufVector[] {
  const random = new Random(17);
  const seeds = [
    good,
    ggufFile({ entries: [...llamaEntries, entry('x', 'array', array('string', 2, [text('a'), text('b')]))] }),
  ];
  return Array.from({ length: count }, (_, index) => ({
    name: `mutation ${index}`,
    bytes: mutateBytes(random, random.pick(seeds), seeds),
  }));
}

export const nulKey = withEntry('a key with a zero byte', entry('a\0b', 'uint32', u32(1)));
export const nulTensor = withTensor('a tensor name with a zero byte', { name: 'a\0b' });
export const unknownArchitecture = file('an architecture of the future', {
  entries: [entryText('general.architecture', 'llama9'), ...llamaEntries.slice(1)],
});
export const unknownTokenizer = file('a tokenizer of the future', {
  entries: [...llamaEntries.filter((pair) => !pair.includes('no_vocab')), entryText('tokenizer.ggml.model', 'new')],
});
export const wrapped = withTensor('dimensions whose product wraps to 0 in 64 bits', { dims: [2n ** 32n, 2n ** 32n] });
export const negative = withTensor('a dimension of 2^63 beside one of 0', { dims: [0, 2n ** 63n] });
export const manyNumbers = withEntry(
  '4 Mi + 1 numbers',
  entry('x', 'array', array('uint8', 4 * 1024 ** 2 + 1, [Buffer.alloc(4 * 1024 ** 2 + 1)])),
);
export const largeAlignment = file('alignment 2^21', {
  entries: [...llamaEntries, entryU32('general.alignment', 2 ** 21)],
  padding: false,
  dataBytes: 2 ** 21 + 128,
});
export const largeCount = withEntry('a context of 2^40', entry('llama.context_length', 'uint64', u64(2 ** 40)));
