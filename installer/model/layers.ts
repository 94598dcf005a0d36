import type { GgufHeader } from '../base/gguf/types.ts';

/** Bytes of a model's weights as llama.cpp places them. */
export interface LayerWeights {
  /** Token embedding and whatever belongs to no block: stays in RAM. */
  readonly input: number;
  /** One entry per block. */
  readonly blocks: readonly number[];
  /** Output norm and head, counted by llama.cpp as one more layer. */
  readonly output: number;
  /** The part of `output` that is the token embedding used a second time: no extra bytes while both are in RAM. */
  readonly tied: number;
}

const blockName = /^blk\.(\d{1,6})\./;

/** Sorts the tensors by the layer they belong to. Blocks that the header counts but that have no tensors weigh nothing. */
export function layerWeights(header: Pick<GgufHeader, 'tensors' | 'blockCount'>): LayerWeights {
  const blocks = Array.from({ length: header.blockCount ?? 0 }, () => 0);
  let input = 0;
  let output = 0;
  let embedding = 0;
  let hasHead = false;
  for (const { name, size } of header.tensors) {
    const block = Number(blockName.exec(name)?.[1] ?? -1);
    const known = blocks[block];
    if (known !== undefined) blocks[block] = known + size;
    else if (name.startsWith('output')) output += size;
    else input += size;
    if (name === 'token_embd.weight') embedding = size;
    if (name === 'output.weight') hasHead = true;
  }
  const tied = hasHead ? 0 : embedding;
  return { input, blocks, output: output + tied, tied };
}
