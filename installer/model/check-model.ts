import { open } from 'node:fs/promises';
import { asInstallerError } from '../base/errors.ts';
import { readGguf } from '../base/gguf/header.ts';
import { fileSource } from '../base/gguf/source.ts';
import type { GgufHeader } from '../base/gguf/types.ts';
import type { CheckedModel } from '../ports/llm.ts';

/** Reads the header of a file on this machine. GGUF_* when it is none, IO when it cannot be read. */
export async function readModelHeader(path: string): Promise<GgufHeader> {
  try {
    const handle = await open(path, 'r');
    try {
      return await readGguf(fileSource(handle), (await handle.stat()).size);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asInstallerError(error);
  }
}

/** The only way to a CheckedModel, which is the only thing that an LlmRuntime takes. Errors as readModelHeader. */
export async function checkModel(path: string): Promise<CheckedModel> {
  await readModelHeader(path);
  return { path } as CheckedModel;
}
