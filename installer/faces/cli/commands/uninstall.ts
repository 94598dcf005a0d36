import { Command } from 'commander';
import { InstallerError } from '../../../base/errors.ts';
import { followRun } from '../follow.ts';
import { globalOptions } from '../options.ts';
import { terminal } from '../terminal.ts';

export function uninstallCommand(): Command {
  return new Command('uninstall')
    .description('stop the stack and remove what the installer placed; the journal and the reports stay')
    .option('--remove-data', 'also remove the product’s data: databases, projects, metrics', false)
    .option('-y, --yes', 'do not ask', false)
    .action(async (options: { removeData: boolean; yes: boolean }, command: Command) => {
      const out = terminal(globalOptions(command));
      if (!options.yes) throw new InstallerError('USAGE', { params: { what: '--yes' } });
      await followRun(out, (client) => client.runs.startUninstall({ removeData: options.removeData }));
      out.say(out.text.t('cli.uninstalled'));
    });
}
