import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import Table from 'cli-table3';
import { readJournal } from '../../installer/adapters/journal/open-journal.ts';
import { localiser } from '../../installer/base/localise.ts';
import { airgapArgv, type DemoBundle } from './demo-bundle.ts';
import type { Site } from './site.ts';

/** The newest run's steps with how long each took, from the journal. */
export async function printDurations(dataDir: string, lang: 'en' | 'ru'): Promise<void> {
  const text = localiser(lang);
  const journal = readJournal(dataDir);
  if (journal === undefined) throw new Error(`there is no journal in ${dataDir}`);
  try {
    const [run] = journal.runs(1);
    if (run === undefined) throw new Error('the journal has no run');
    const table = new Table({
      head: ['', '', ''],
      style: { head: [], border: [] },
      colAligns: ['left', 'left', 'right'],
    });
    for (const { event } of journal.events(run.id)) {
      const { body } = event;
      if (body.kind === 'stepFinished') table.push([text.step(body.step), body.outcome, text.duration(body.ms)]);
      if (body.kind === 'runFinished') table.push(['', body.outcome, text.duration(body.ms)]);
    }
    console.error(table.toString());
  } finally {
    journal.close();
  }
}

export async function printReport(dir: string): Promise<void> {
  console.error('The report:');
  for (const name of (await readdir(dir)).sort()) console.error(`  ${join(dir, name)}`);
}

/** What a person needs who wants to look around in a site that was kept. */
export function printHowToEnter(site: Site, stick: DemoBundle): void {
  const env = ['DOCKER_HOST', 'DOCKER_CONFIG', 'PATH'].map((name) => `${name}=${site.env[name] ?? ''}`).join(' ');
  console.error(`
The site is up. To enter it:
  nsenter --net=/run/netns/${site.netns.name} env ${env} bash
In it, for example:
  ${airgapArgv('--data-dir', site.dataDir, 'status').join(' ')}
  docker ps
  curl http://127.0.0.1:8000/api/v1/health
The bundle: ${stick.bundle}   its root: ${stick.root}
To end and remove it:
  ${process.execPath} test/site/cleanup.ts ${site.id} && rm -rf ${join(stick.bundle, '..')}`);
}
