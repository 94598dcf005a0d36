import type { Readable } from 'node:stream';
import { writeAtomically } from '../base/atomic-file.ts';

export interface CopyOptions {
  /** True: a program or script may be run from where it lies. */
  mayRun: boolean;
  onBytes: (count: number) => void;
}

/**
 * Writes a file out of a stream that errors, instead of ending, where its bytes are not the signed ones: all of it gets its name
 * or nothing does. Programs and scripts are told by their beginning, since a stick's file system keeps no modes.
 */
export async function copyFile(source: Readable, path: string, options: CopyOptions): Promise<void> {
  try {
    await writeAtomically(path, 0o644, async (handle) => {
      let isProgram: boolean | undefined;
      for await (const chunk of source as AsyncIterable<Buffer>) {
        isProgram ??= startsProgram(chunk);
        for (let done = 0; done < chunk.length; ) done += (await handle.write(chunk, done)).bytesWritten;
        options.onBytes(chunk.length);
      }
      if (options.mayRun && isProgram === true) await handle.chmod(0o755);
    });
  } finally {
    source.destroy();
  }
}

/** ELF's magic, or an interpreter's line. */
function startsProgram(start: Buffer): boolean {
  return start.toString('latin1', 0, 4) === '\x7fELF' || start.toString('latin1', 0, 2) === '#!';
}
