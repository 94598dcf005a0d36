import { readGguf } from '../../../../installer/base/gguf/header.ts';
import { array, entry, entryU32, ggufFile, llamaEntries, text } from '../../../fixtures/gguf.ts';
import { bufferSource } from '../../../model/buffer-source.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { isRefusal } from '../refused.ts';
import { type FuzzTarget, Unsound } from '../target.ts';

const vocabulary = entry('tokenizer.ggml.tokens', 'array', array('string', 3, [text('a'), text('b'), text('c')]));
const few = entry('x', 'array', array('uint8', 2, [Buffer.alloc(2)]));
const seeds = [
  ggufFile(),
  ggufFile({ version: 2 }),
  ggufFile({ entries: [...llamaEntries, vocabulary, few, entryU32('general.alignment', 64)] }),
];

export const ggufTarget = async (): Promise<FuzzTarget> => ({
  name: 'gguf',
  make: (random) => mutateBytes(random, random.pick(seeds), seeds),
  async read(input) {
    try {
      const header = await readGguf(bufferSource(input), input.length);
      const end = Math.max(...header.tensors.map((tensor) => header.dataOffset + tensor.offset + tensor.size));
      if (end > input.length) throw new Unsound('a tensor ends beyond the file');
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  },
});
