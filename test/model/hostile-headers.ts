import type { ErrorCode } from '../../installer/contract/errors.ts';
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
} from '../fixtures/gguf.ts';

export interface HostileHeader {
  readonly threat: string;
  readonly bytes: Buffer;
  readonly code: ErrorCode;
}

const max64 = 2n ** 64n - 1n;
const half64 = 2n ** 63n;
const good = ggufFile();

const file = (threat: string, code: ErrorCode, fields: FileFields): HostileHeader => ({
  threat,
  code,
  bytes: ggufFile(fields),
});
const bytes = (threat: string, code: ErrorCode, content: Buffer): HostileHeader => ({ threat, code, bytes: content });

/** One more metadata entry behind the right ones. */
const withEntry = (threat: string, code: ErrorCode, extra: Buffer): HostileHeader =>
  file(threat, code, { entries: [...llamaEntries, extra] });

/** The right metadata with one key given another value. */
const changed = (threat: string, code: ErrorCode, key: string, value: Buffer): HostileHeader =>
  file(threat, code, {
    entries: [...llamaEntries.filter((pair) => !pair.subarray(8).toString().startsWith(key)), value],
  });

const withTensor = (threat: string, code: ErrorCode, fields: Partial<TensorFields>): HostileHeader =>
  file(threat, code, { tensors: [tensor({ name: 't', dims: [32], type: 0, offset: 0, ...fields })] });

const withTensors = (
  threat: string,
  code: ErrorCode,
  dataBytes: number,
  ...all: Partial<TensorFields>[]
): HostileHeader =>
  file(threat, code, {
    dataBytes,
    tensors: all.map((fields, index) => tensor({ name: `t${index}`, dims: [32], type: 0, offset: 0, ...fields })),
  });

/** `depth` arrays of one array each, around an empty array of bytes. */
function nested(depth: number): Buffer {
  const inner = array('uint8', 0, []);
  return Buffer.concat([...Array.from({ length: depth - 1 }, () => array('array', 1, [])), inner]);
}

/** A file that ends in the middle of its header. */
const cutAt = (threat: string, length: number): HostileHeader =>
  bytes(threat, 'GGUF_TRUNCATED', good.subarray(0, length));

const lengthOnly = (length: number | bigint): Buffer => u64(length);

export const hostileHeaders: readonly HostileHeader[] = [
  // magic and version
  bytes('an empty file', 'GGUF_NOT_A_GGUF', Buffer.alloc(0)),
  bytes('three bytes of the magic', 'GGUF_NOT_A_GGUF', Buffer.from('GGU')),
  bytes('a ZIP archive', 'GGUF_NOT_A_GGUF', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(64)])),
  bytes('a page of HTML instead of the download', 'GGUF_NOT_A_GGUF', Buffer.from('<!DOCTYPE html><html></html>')),
  bytes('a Git LFS pointer', 'GGUF_NOT_A_GGUF', Buffer.from('version https://git-lfs.github.com/spec/v1\n')),
  file('the older GGJT format', 'GGUF_NOT_A_GGUF', { magic: 'tjgg' }),
  file('a magic in lower case', 'GGUF_NOT_A_GGUF', { magic: 'gguf' }),
  bytes('all zeros', 'GGUF_NOT_A_GGUF', Buffer.alloc(4096)),
  file('version 0, which lax readers take for 3', 'GGUF_UNSUPPORTED', { version: 0 }),
  file('version 1', 'GGUF_UNSUPPORTED', { version: 1 }),
  file('version 4, which lax readers take for 3', 'GGUF_UNSUPPORTED', { version: 4 }),
  file('version 2^32 - 1', 'GGUF_UNSUPPORTED', { version: 0xffffffff }),
  file('version 3 in big-endian', 'GGUF_UNSUPPORTED', { version: 0x03000000 }),

  // ends too early
  cutAt('only the magic', 4),
  cutAt('cut in the version', 6),
  cutAt('cut before tensor_count', 8),
  cutAt('cut in metadata_kv_count', 20),
  cutAt('cut after the counts', 24),
  cutAt('cut in the length of the first key', 28),
  cutAt('cut in the first key', 40),
  cutAt('cut in a value', 70),
  cutAt('cut in the tensor infos', good.length - 128 - 32),
  cutAt('cut before the first weight', good.length - 128),
  cutAt('one byte of the last weight missing', good.length - 1),
  file('more metadata promised than there is', 'GGUF_TRUNCATED', {
    entries: llamaEntries,
    keyCount: llamaEntries.length + 1,
    tensors: [],
    tensorCount: 0,
    padding: false,
    dataBytes: 0,
  }),
  file('more tensors promised than there are', 'GGUF_TRUNCATED', { tensorCount: 2, padding: false, dataBytes: 0 }),

  // counts
  file('2^31 tensors', 'GGUF_LIMIT', { tensorCount: 2 ** 31 }),
  file('2^63 tensors', 'GGUF_LIMIT', { tensorCount: half64 }),
  file('2^64 - 1 tensors', 'GGUF_LIMIT', { tensorCount: max64 }),
  file('2^32 metadata keys', 'GGUF_LIMIT', { keyCount: 2 ** 32 }),
  file('2^64 - 1 metadata keys', 'GGUF_LIMIT', { keyCount: max64 }),
  file('no tensors at all', 'GGUF_UNSUPPORTED', { tensors: [], dataBytes: 0 }),

  // keys
  withEntry('a key of 2^31 bytes', 'GGUF_LIMIT', lengthOnly(2 ** 31)),
  withEntry('a key of 2^63 bytes', 'GGUF_LIMIT', lengthOnly(half64)),
  withEntry('a key of 2^64 - 1 bytes', 'GGUF_LIMIT', lengthOnly(max64)),
  withEntry('an empty key', 'GGUF_MALFORMED', entry('', 'uint32', u32(1))),
  withEntry('a key with a zero byte', 'GGUF_MALFORMED', entry('a\0b', 'uint32', u32(1))),
  withEntry('a key given twice', 'GGUF_MALFORMED', entryText('general.name', 'another')),

  // values
  withEntry('value type 13', 'GGUF_MALFORMED', entry('x', 13, u64(0))),
  withEntry('value type 2^32 - 1', 'GGUF_MALFORMED', entry('x', 0xffffffff, u64(0))),
  withEntry('a string of 2^31 bytes', 'GGUF_LIMIT', entry('x', 'string', lengthOnly(2 ** 31))),
  withEntry('a string of 2^63 bytes', 'GGUF_LIMIT', entry('x', 'string', lengthOnly(half64))),
  withEntry('a string of 2^64 - 1 bytes', 'GGUF_LIMIT', entry('x', 'string', lengthOnly(max64))),
  file('a string longer than the file', 'GGUF_TRUNCATED', {
    entries: [...llamaEntries, entry('x', 'string', lengthOnly(2 ** 19))],
  }),

  // arrays
  withEntry('an array of 2^31 bytes', 'GGUF_LIMIT', entry('x', 'array', array('uint8', 2 ** 31, []))),
  withEntry(
    'an array of 2^62 doubles, whose size overflows',
    'GGUF_LIMIT',
    entry('x', 'array', array('float64', 2n ** 62n, [])),
  ),
  withEntry('an array of 2^64 - 1 strings', 'GGUF_LIMIT', entry('x', 'array', array('string', max64, []))),
  withEntry('an array longer than the file', 'GGUF_TRUNCATED', entry('x', 'array', array('float64', 1_000_000, []))),
  withEntry('a short array longer than the file', 'GGUF_TRUNCATED', entry('x', 'array', array('uint64', 1000, []))),
  withEntry('an array of an unknown type', 'GGUF_MALFORMED', entry('x', 'array', array(77, 1, [u64(0)]))),
  withEntry(
    'an array with a string of 2^63 bytes',
    'GGUF_LIMIT',
    entry('x', 'array', array('string', 1, [u64(half64)])),
  ),
  withEntry(
    'a million empty strings that are not there',
    'GGUF_TRUNCATED',
    entry('x', 'array', array('string', 1_000_000, [])),
  ),
  withEntry('an array in an array', 'GGUF_MALFORMED', entry('x', 'array', nested(2))),
  withEntry('arrays a million deep', 'GGUF_MALFORMED', entry('x', 'array', nested(1_000_000))),
  withEntry(
    'an array of a million arrays that are not there',
    'GGUF_MALFORMED',
    entry('x', 'array', array('array', 1_000_000, [])),
  ),

  // what the metadata means
  changed(
    'a tokenizer that is a number',
    'GGUF_MALFORMED',
    'tokenizer.ggml.model',
    entryU32('tokenizer.ggml.model', 1),
  ),
  file('no tokenizer', 'GGUF_MALFORMED', { entries: llamaEntries.filter((pair) => !pair.includes('tokenizer')) }),
  file('no architecture', 'GGUF_MALFORMED', { entries: llamaEntries.slice(1) }),
  changed(
    'an architecture that is a number',
    'GGUF_MALFORMED',
    'general.architecture',
    entryU32('general.architecture', 1),
  ),
  changed(
    'an architecture that is a path',
    'GGUF_MALFORMED',
    'general.architecture',
    entryText('general.architecture', '../x'),
  ),
  changed(
    'a context length that is text',
    'GGUF_MALFORMED',
    'llama.context_length',
    entryText('llama.context_length', '1'),
  ),
  changed(
    'a context length below zero',
    'GGUF_MALFORMED',
    'llama.context_length',
    entry('llama.context_length', 'int32', u32(0xffffffff)),
  ),
  changed(
    'a context length of 2^64 - 1',
    'GGUF_MALFORMED',
    'llama.context_length',
    entry('llama.context_length', 'uint64', u64(max64)),
  ),
  changed('2^32 - 1 blocks', 'GGUF_MALFORMED', 'llama.block_count', entryU32('llama.block_count', 0xffffffff)),
  changed(
    'a half block',
    'GGUF_MALFORMED',
    'llama.block_count',
    entry('llama.block_count', 'float32', Buffer.from(Float32Array.of(0.5).buffer)),
  ),
  changed(
    'NaN blocks',
    'GGUF_MALFORMED',
    'llama.block_count',
    entry('llama.block_count', 'float32', Buffer.from(Float32Array.of(Number.NaN).buffer)),
  ),
  changed(
    'KV heads below zero in one layer',
    'GGUF_MALFORMED',
    'llama.attention.head_count_kv',
    entry('llama.attention.head_count_kv', 'array', array('int32', 2, [u32(2), u32(0xffffffff)])),
  ),
  withEntry('one file of a model split in two', 'GGUF_SPLIT', entry('split.count', 'uint16', Buffer.from([2, 0]))),
  file('the second file of a model split in two, which names no architecture', 'GGUF_SPLIT', {
    entries: [
      entry('split.no', 'uint16', Buffer.from([1, 0])),
      entry('split.count', 'uint16', Buffer.from([2, 0])),
      entry('split.tensors.count', 'int32', u32(2)),
    ],
  }),
  withEntry('a number of parts of another type', 'GGUF_MALFORMED', entryU32('split.count', 1)),
  ...['adapter', 'mmproj', 'imatrix'].map((type) =>
    withEntry(`general.type says ${type}`, 'GGUF_NOT_THE_MODEL', entryText('general.type', type)),
  ),
  ...['clip', 'controlvector'].map((name) =>
    changed(
      `an architecture that is ${name}`,
      'GGUF_NOT_THE_MODEL',
      'general.architecture',
      entryText('general.architecture', name),
    ),
  ),

  // alignment
  withEntry('alignment 0', 'GGUF_MALFORMED', entryU32('general.alignment', 0)),
  withEntry('alignment 24, no power of two', 'GGUF_MALFORMED', entryU32('general.alignment', 24)),
  withEntry('alignment 33', 'GGUF_MALFORMED', entryU32('general.alignment', 33)),
  withEntry('alignment 2^31', 'GGUF_LIMIT', entryU32('general.alignment', 2 ** 31)),
  withEntry('alignment as a uint64', 'GGUF_MALFORMED', entry('general.alignment', 'uint64', u64(32))),
  withEntry('alignment as text', 'GGUF_MALFORMED', entryText('general.alignment', '32')),

  // tensors
  withTensor('a tensor name of 64 bytes, which ggml cannot hold', 'GGUF_LIMIT', { name: 'n'.repeat(64) }),
  file('a tensor name of 2^63 bytes', 'GGUF_LIMIT', { tensors: [u64(half64)] }),
  withTensor('a tensor name with a zero byte, two names to a C string', 'GGUF_MALFORMED', { name: 'a\0b' }),
  withTensors('two tensors of one name, each in its place', 'GGUF_MALFORMED', 256, {}, { name: 't0', offset: 128 }),
  withTensor('a tensor of five dimensions', 'GGUF_MALFORMED', { dims: [1, 1, 1, 1, 1] }),
  file('a tensor of 2^32 - 1 dimensions', 'GGUF_MALFORMED', { tensors: [Buffer.concat([text('t'), u32(0xffffffff)])] }),
  withTensor('a dimension of 2^63', 'GGUF_MALFORMED', { dims: [half64] }),
  withTensor('dimensions whose product wraps to 0', 'GGUF_MALFORMED', { dims: [2n ** 32n, 2n ** 32n] }),
  withTensor('dimensions whose product wraps to 32', 'GGUF_MALFORMED', { dims: [32, 2n ** 60n + 1n, 16] }),
  withTensor('a type that was removed (Q4_2)', 'GGUF_UNSUPPORTED', { type: 4 }),
  withTensor('a type of the future (99)', 'GGUF_UNSUPPORTED', { type: 99 }),
  withTensor('type 2^32 - 1', 'GGUF_UNSUPPORTED', { type: 0xffffffff }),
  withTensor('half a Q8_0 block', 'GGUF_MALFORMED', { dims: [16, 2], type: 8 }),
  withTensor('half a Q4_K block', 'GGUF_MALFORMED', { dims: [128], type: 12 }),

  // where the tensors lie
  withTensor('a tensor larger than the file', 'GGUF_TRUNCATED', { dims: [1_000_000] }),
  withTensor('a tensor that ends one element behind the file', 'GGUF_TRUNCATED', { dims: [33] }),
  withTensor('a tensor that starts behind the file', 'GGUF_TRUNCATED', { offset: 4096 }),
  withTensor('an offset of 2^63', 'GGUF_MALFORMED', { offset: half64 }),
  withTensor('an offset that wraps around with the size', 'GGUF_MALFORMED', { offset: max64 - 127n }),
  withTensor('an offset that is not aligned', 'GGUF_MALFORMED', { offset: 8 }),
  withTensor('a gap before the first tensor', 'GGUF_MALFORMED', { dims: [8], offset: 32 }),
  withTensors('two tensors in one place', 'GGUF_MALFORMED', 256, {}, { offset: 0 }),
  withTensors('a tensor that begins within the one before', 'GGUF_MALFORMED', 256, {}, { offset: 96 }),
  withTensors('a gap that hides other data', 'GGUF_MALFORMED', 1024, {}, { offset: 512 }),
  withTensors('tensors in reverse order', 'GGUF_MALFORMED', 256, { offset: 128 }, { offset: 0 }),
];
