import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Table from 'cli-table3';
import { readJournal } from '../../installer/adapters/journal/open-journal.ts';
import { localiser } from '../../installer/base/localise.ts';
import type { Language } from '../../installer/contract/texts.ts';
import { findInstallation } from '../../installer/engine/installation.ts';
import { airgapArgv, type DemoBundle } from './demo-bundle.ts';
import { runtimeRoot } from './paths.ts';
import type { Site } from './site.ts';

/** The newest run's steps with how long each took, from the journal. Returns the run's id. */
export function printDurations(dataDir: string, lang: Language): string {
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
    return run.id;
  } finally {
    journal.close();
  }
}

const words = {
  en: {
    addresses: 'The product, inside the site (nothing of it is reachable from outside):',
    report: 'The report, a page and a document that can be verified:',
    look: 'To look at the page: open it in any browser.',
    verify: 'To verify the document:',
    up: 'The site is up. To enter it:',
    inside: 'In it, for example: airgap status · docker ps · curl ADDRESS (from above)',
    end: 'To remove it:',
  },
  ru: {
    addresses: 'Продукт, внутри объекта (снаружи ничего из него не доступно):',
    report: 'Отчёт: страница и документ, который можно проверить:',
    look: 'Чтобы посмотреть страницу, откройте её в любом браузере.',
    verify: 'Чтобы проверить документ:',
    up: 'Объект работает. Чтобы войти в него:',
    inside: 'В нём, например: airgap status · docker ps · curl АДРЕС (из списка выше)',
    end: 'Чтобы удалить его:',
  },
} as const;

/** Where the product answers, as the installation's own record has it. */
export function printAddresses(dataDir: string, lang: Language): void {
  const journal = readJournal(dataDir);
  const installed = journal === undefined ? undefined : findInstallation(journal);
  journal?.close();
  if (installed === undefined) throw new Error(`nothing is recorded as installed in ${dataDir}`);
  console.error(`\n${words[lang].addresses}`);
  for (const { service, port } of installed.ports) console.error(`  http://127.0.0.1:${port}/  ${service}`);
}

/** The newest run's report in the reader's language, and how to look at it. */
export async function printReport(dir: string, run: string, lang: Language): Promise<void> {
  const names = (await readdir(dir)).filter((name) => name.includes(run));
  const page = names.find((name) => name.endsWith(`.${lang}.html`));
  const document = names.find((name) => name.endsWith('.json'));
  if (page === undefined || document === undefined) throw new Error(`there is no report of ${run} in ${dir}`);
  const { report, look, verify } = words[lang];
  console.error(`\n${report}\n  ${join(dir, page)}\n  ${join(dir, document)}`);
  console.error(`${look}\n${verify}\n  npm run -s airgap -- report verify ${join(dir, document)}`);
}

/**
 * One short command each to enter a site that was kept and to remove it. They are files beside the site's sockets, so that nobody has to
 * copy a page of settings.
 */
export async function printHowToEnter(site: Site, stick: DemoBundle, lang: Language): Promise<void> {
  const dir = join(runtimeRoot, site.id);
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const script = async (name: string, ...lines: string[]) => {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o700 });
  };
  const command = airgapArgv('--data-dir', site.dataDir).map(quoted).join(' ');
  await script('bin/airgap', `exec ${command} "$@"`);
  const env = Object.entries({ ...site.env, PATH: `${dir}/bin:${site.env.PATH}` });
  const settings = env.map(([name, value]) => `export ${name}=${quoted(value)}`);
  await script('enter', ...settings, `exec nsenter --net=/run/netns/${site.netns.name} "\${SHELL:-/bin/sh}" "$@"`);
  const remove = [process.execPath, join(import.meta.dirname, 'cleanup.ts'), site.id].map(quoted).join(' ');
  await script('remove', `${remove} && rm -rf ${quoted(join(stick.bundle, '..'))}`);
  const { up, inside, end } = words[lang];
  console.error(`\n${up}\n  ${join(dir, 'enter')}\n${inside}\n${end}\n  ${join(dir, 'remove')}`);
}
