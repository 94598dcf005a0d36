/**
 * Saves support data into the folders that are named, each so many times, in a process of its own: what it must not do is end it.
 * `now` as the engine does it; `packing-first` as it would be with the archive's stream opened before its target.
 * Arguments: which, rounds, folders. Writes one JSON line a folder: the codes that were seen and the params of the last.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { create } from 'tar';
import { readJournal } from '../../../installer/adapters/journal/open-journal.ts';
import { writeAtomically } from '../../../installer/base/atomic-file.ts';
import { InstallerError, toWire } from '../../../installer/base/errors.ts';
import type { EnginePorts } from '../../../installer/engine/ports.ts';
import { saveSupportData } from '../../../installer/engine/support-data.ts';

const [how = '', rounds = '', dataDir = '', ...folders] = process.argv.slice(2);

const refuses = async (): Promise<never> => {
  throw new InstallerError('ENGINE_UNREACHABLE', { params: { address: '-', errno: 'ENOENT' } });
};
const ports = {
  dataDir,
  containers: { version: refuses },
  hardware: { facts: refuses },
  runtime: { list: async () => [] },
  openJournal: refuses,
  readJournal: () => readJournal(dataDir),
} as unknown as EnginePorts;

async function packingFirst(dir: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'airgap-support-'));
  try {
    const names = Array.from({ length: 20 }, (_, index) => `events-${index}.ndjson`);
    for (const name of names) await writeFile(join(folder, name), 'x'.repeat(10_000));
    const archive = create({ cwd: folder, gzip: true, portable: true }, names);
    await writeAtomically(join(resolve(dir), 'airgap-support.tar.gz'), 0o600, async (handle) => {
      for await (const chunk of archive) await handle.write(chunk);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const save = how === 'now' ? (dir: string) => saveSupportData(ports, dir) : packingFirst;
for (const dir of folders) {
  const codes = new Set<string>();
  let params: unknown;
  for (let round = 0; round < Number(rounds); round += 1) {
    try {
      await save(dir);
      codes.add('saved');
    } catch (error) {
      const wire = toWire(error);
      codes.add(wire.code);
      params = wire.params;
    }
  }
  process.stdout.write(`${JSON.stringify({ dir, codes: [...codes], params })}\n`);
}
