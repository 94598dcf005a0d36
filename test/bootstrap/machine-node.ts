import { realpath } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { findProgram } from '../../installer/adapters/hardware/find-program.ts';

/** The PATH of this machine without what a repository puts in front of it. */
export function machinePath(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.includes('node_modules')).join(delimiter);
}

/** The Node and the npm that a newcomer has, as opposed to the locked Node that runs us. */
export async function machineNode(): Promise<{ node: string; npm: string }> {
  const node = await findProgram('node', machinePath());
  const npm = await findProgram('npm', machinePath());
  if (node === undefined || npm === undefined) throw new Error('this machine has no node and npm of its own');
  return { node: await realpath(node), npm: await realpath(npm) };
}
