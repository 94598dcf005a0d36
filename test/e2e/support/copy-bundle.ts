import { copyFile, cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** A bundle's copy whose files are hard links: cheap, and `replaceFile` breaks the link before it writes. */
export async function copyBundle(from: string, to: string): Promise<string> {
  await execa('cp', ['--archive', '--link', from, to]);
  return to;
}

/** Gives the copy a file of its own, so that changing it leaves the original alone. */
export async function detach(bundle: string, path: string): Promise<string> {
  const file = join(bundle, path);
  await copyFile(file, `${file}.detached`);
  await rm(file);
  await cp(`${file}.detached`, file);
  await rm(`${file}.detached`);
  return file;
}
