import { Command } from 'commander';
import { exitCodes } from '../../../contract/errors.ts';
import { engineClient } from '../engine.ts';
import { globalOptions } from '../options.ts';
import { compactTable } from '../table.ts';
import { terminal } from '../terminal.ts';

export function statusCommand(): Command {
  return new Command('status')
    .description('what is installed, which services run, how the last run ended')
    .action(async (_options: object, command: Command) => {
      const out = terminal(globalOptions(command));
      const { text } = out;
      const status = await engineClient(out.options.dataDir).status();
      out.document(status);
      if (status.lastRun !== null) {
        const { action, outcome, startedAt } = status.lastRun;
        const named = { action: text.t(`actions.${action}`), outcome: text.t(`outcomes.${outcome ?? 'running'}`) };
        out.say(text.t('cli.lastRun', { ...named, at: text.date(startedAt) }));
      }
      if (status.installed === null) {
        out.say(text.t('cli.notInstalled'));
        return;
      }
      const { product, release, manifestDigest, at } = status.installed;
      out.say(text.t('cli.installedRelease', { product, release, digest: manifestDigest, at: text.date(at) }));
      const table = compactTable([text.t('cli.service'), text.t('cli.state'), text.t('cli.image')]);
      for (const service of status.services) table.push([service.service, service.state, service.image]);
      out.say(table.toString());
      if (!status.healthy) process.exitCode = exitCodes.check;
    });
}
