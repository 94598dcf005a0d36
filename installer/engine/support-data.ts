import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import packageJson from '../../package.json' with { type: 'json' };
import { writeFileAtomically } from '../base/atomic-file.ts';
import { asInstallerError, toWire } from '../base/errors.ts';
import { removeTree } from '../base/own-tree.ts';
import { assertNoSecrets } from '../report/no-secrets.ts';
import { findInstallation } from './installation.ts';
import type { EnginePorts } from './ports.ts';
import { intoFolder } from './save-folder.ts';
import { releaseSecrets } from './secrets.ts';
import { siteStatus } from './status.ts';

const logLines = 500;
const runsKept = 20;

/**
 * A tar for the vendor's support: journal, state, facts, logs. Each text is searched for the secrets before it is written.
 * @throws as `intoFolder` does
 */
export async function saveSupportData(
  ports: EnginePorts,
  dir: string,
  signal?: AbortSignal,
): Promise<{ file: string }> {
  return intoFolder(dir, async (target) => {
    const archive = await packed(await collect(ports, signal));
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
    const name = `airgap-support-${stamp}.tar.gz`;
    await writeFileAtomically(target.at(name), 0o600, archive);
    return { file: join(target.path, name) };
  });
}

/**
 * The whole archive, in memory as its texts are: the packing is over, and its folder gone, before the target is opened. A stream
 * that still reads while the target fails would have nobody who hears of its own failure.
 */
async function packed(texts: ReadonlyMap<string, string>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'airgap-support-'));
  try {
    for (const [name, text] of texts) await writeFile(join(folder, name), text, { mode: 0o600 });
    return await create({ cwd: folder, gzip: true, portable: true, strict: true }, [...texts.keys()]).concat();
  } finally {
    await removeTree(folder);
  }
}

async function collect(ports: EnginePorts, signal?: AbortSignal): Promise<Map<string, string>> {
  const journal = ports.readJournal();
  try {
    const here = journal === undefined ? undefined : findInstallation(journal);
    const texts = new Map<string, string>();
    // Logs are the containers' own words: without the secrets at hand they cannot be cleaned, and stay here.
    const whyNoLogs = (thrown: unknown) => {
      texts.set('logs.json', whyNot(thrown));
      return undefined;
    };
    const secrets = here === undefined ? undefined : await releaseSecrets(here.files, here.secrets).catch(whyNoLogs);
    texts.set('versions.json', json({ installer: packageJson.version, node: process.version }));
    texts.set('facts.json', await orError(async () => json(await ports.hardware.facts(signal))));
    texts.set('engine.json', await orError(async () => json(await ports.containers.version(signal))));
    texts.set('status.json', await orError(async () => json(await siteStatus(ports))));
    const runs = journal?.runs(runsKept) ?? [];
    texts.set('runs.json', json(runs));
    for (const { id } of runs) {
      const rows = journal?.events(id) ?? [];
      texts.set(`events-${id}.ndjson`, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    }
    if (here !== undefined && secrets !== undefined) {
      for (const { service } of (await ports.runtime.list(here.files, signal).catch(whyNoLogs)) ?? []) {
        const log = () => ports.runtime.logs(here.files, service, logLines).then(secrets.redact);
        texts.set(`log-${service}.txt`, await orError(log));
      }
    }
    const values = [...(secrets?.values.values() ?? [])];
    for (const text of texts.values()) assertNoSecrets(text, values);
    return texts;
  } finally {
    journal?.close();
  }
}

/** What cannot be read is part of the picture. */
async function orError(read: () => Promise<string>): Promise<string> {
  return read().catch(whyNot);
}

function whyNot(thrown: unknown): string {
  if (asInstallerError(thrown).code === 'CANCELLED') throw thrown;
  return json({ error: toWire(thrown) });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
