import { readGguf } from '../../../../installer/model/gguf/header.ts';
import { array, entry, entryText, ggufFile, llamaEntries, text } from '../../../fixtures/gguf.ts';
import { bufferSource } from '../../../model/buffer-source.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { isRefusal } from '../refused.ts';
import { type FuzzTarget, Unsound } from '../target.ts';

const vocabulary = entry('tokenizer.ggml.tokens', 'array', array('string', 3, [text('a'), text('b'), text('c')]));
const nested = entry('x', 'array', array('array', 1, [array('uint8', 2, [Buffer.alloc(2)])]));
const seeds = [
  ggufFile(),
  ggufFile({ version: 2 }),
  ggufFile({ entries: [...llamaEntries, vocabulary, nested, entryText('general.alignment', '32')] }),
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
