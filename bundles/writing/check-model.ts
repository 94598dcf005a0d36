import { open } from 'node:fs/promises';
import { InstallerError } from '../../installer/base/errors.ts';
import { namingFile } from '../../installer/base/gguf/failure.ts';
import { readGguf } from '../../installer/base/gguf/header.ts';
import { fileSource } from '../../installer/base/gguf/source.ts';
import type { BundleFile } from '../../installer/contract/manifest.ts';
import type { BundleOutput } from './bundle-output.ts';

/** Asks whether a file on this machine is a whole model that llama.cpp loads. Throws GGUF_*, SOURCE_UNREADABLE. */
export async function checkModelFile(file: string): Promise<void> {
  const handle = await open(file).catch((error: unknown) => {
    throw new InstallerError('SOURCE_UNREADABLE', { params: { file }, cause: error });
  });
  try {
    const { size } = await handle.stat();
    await namingFile(file, () => readGguf(fileSource(handle), size));
  } finally {
    await handle.close();
  }
}

/** The same of a model as it lies in the bundle: what will be signed. `source` is for the message. Throws GGUF_*. */
export async function checkStoredModel(output: BundleOutput, file: BundleFile, source: string): Promise<void> {
  const stored = { read: (offset: number, length: number) => output.readRange(file, offset, length) };
  await namingFile(source, () => readGguf(stored, file.size));
}
