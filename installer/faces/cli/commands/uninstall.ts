import { Command } from 'commander';
import { fromWire } from '../../../base/errors.ts';
import type { EngineEvent, SiteItem } from '../../../contract/events.ts';
import type { UninstallPreview } from '../../../contract/requests.ts';
import { askYesNo, requireTerminal } from '../confirm.ts';
import { engineClient } from '../engine.ts';
import { followRun } from '../follow.ts';
import { globalOptions } from '../options.ts';
import { type Terminal, terminal } from '../terminal.ts';

export function uninstallCommand(): Command {
  return new Command('uninstall')
    .description('stop the stack and remove what the installer placed; the journal and the reports stay')
    .option('--remove-data', 'also remove the product’s data and passwords: databases, projects, metrics', false)
    .option('-y, --yes', 'do not ask', false)
    .action(async ({ removeData, yes }: { removeData: boolean; yes: boolean }, command: Command) => {
      const out = terminal(globalOptions(command));
      const client = engineClient(out.options.dataDir);
      const preview = await client.runs.previewUninstall({ removeData });
      if (!yes) {
        requireTerminal('--yes');
        sayPreview(out, preview, removeData);
        if (!(await askYesNo(out.text.t('cli.uninstallConfirm')))) {
          out.say(out.text.t('cli.nothingRemoved'));
          return;
        }
      }
      const run = await followRun(out, (engine) => engine.runs.startUninstall({ removeData }));
      const { removed, kept } = await result(client.runs.follow({ run, after: 0 }));
      out.say(out.text.t('cli.uninstalled', { count: removed.length }));
      sayItems(out, removed);
      sayKept(out, kept, removeData);
      const { files } = await client.report.find({ run });
      out.say(out.text.t('cli.uninstallReport'));
      for (const file of files) out.say(`  ${file}`);
    });
}

async function result(events: Promise<AsyncIterable<EngineEvent>>) {
  const removed: SiteItem[] = [];
  const kept: UninstallPreview['kept'] = [];
  for await (const { body } of await events) {
    if (body.kind === 'removed') removed.push(body.item);
    else if (body.kind === 'kept') kept.push({ item: body.item, reason: body.reason });
    else if (body.kind === 'runFinished' && body.error !== null) throw fromWire(body.error);
  }
  return { removed, kept };
}

function sayPreview(out: Terminal, { product, release, removed, kept }: UninstallPreview, removeData: boolean): void {
  const { t } = out.text;
  out.say(
    product === null ? t('cli.uninstallUnfinished') : t('cli.uninstallProduct', { product, release: release ?? 0 }),
  );
  sayItems(out, removed);
  sayKept(out, kept, removeData);
}

function sayKept(out: Terminal, kept: UninstallPreview['kept'], removeData: boolean): void {
  const { t } = out.text;
  const data = kept.filter(({ reason }) => reason !== 'evidence').map(({ item }) => item);
  const evidence = kept.filter(({ reason }) => reason === 'evidence').map(({ item }) => item);
  if (data.length > 0) {
    out.say(t('cli.keptData'));
    sayItems(out, data);
    if (!removeData) out.say(`  ${t('cli.keptDataRemedy')}\n    airgap uninstall --remove-data`);
  }
  if (evidence.length > 0) {
    out.say(t('cli.keptEvidence'));
    sayItems(out, evidence);
  }
}

/** One a line; a name is never cut, so that it can be copied. */
function sayItems(out: Terminal, items: readonly SiteItem[]): void {
  for (const { type, name, bytes } of items) {
    const size = bytes === null ? '' : `  (${out.text.bytes(bytes)})`;
    out.say(`  ${out.text.t(`siteItems.${type}`)}  ${name}${size}`);
  }
}
