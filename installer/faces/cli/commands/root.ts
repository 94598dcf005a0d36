import { Command } from 'commander';
import { InstallerError } from '../../../base/errors.ts';
import type { Digest } from '../../../contract/digest.ts';
import { confirm, requireTerminal } from '../confirm.ts';
import { engineClient } from '../engine.ts';
import { expectRootOption } from '../expected-digest.ts';
import { followRun } from '../follow.ts';
import { globalOptions, rootOption } from '../options.ts';
import { terminal } from '../terminal.ts';
import { showRoot } from './agreement.ts';

interface ReplaceOptions {
  root: string;
  expectRoot: Digest;
  yes: boolean;
}

export function rootCommand(): Command {
  const command = new Command('root')
    .description('the root.json that this site trusts, whatever is installed')
    .action(async (_options: object, self: Command) => {
      const out = terminal(globalOptions(self));
      const { trusted } = await engineClient(out.options.dataDir).root.compare({ file: null });
      out.document(trusted);
      showRoot(out, out.text.t('cli.root.trusted'), trusted);
    });
  command
    .command('replace')
    .description('trust another root.json from now on, which no rotation leads to; every later report says so')
    .addOption(rootOption().makeOptionMandatory())
    .addOption(expectRootOption().makeOptionMandatory())
    .option('-y, --yes', 'do not ask', false)
    .action(async (options: ReplaceOptions, self: Command) => {
      const out = terminal(globalOptions(self));
      if (!options.yes) requireTerminal('--yes');
      const { trusted, given } = await engineClient(out.options.dataDir).root.compare({ file: options.root });
      showRoot(out, out.text.t('cli.root.trusted'), trusted);
      showRoot(out, out.text.t('cli.root.given'), given);
      const found = given?.digest ?? '';
      if (found !== options.expectRoot) {
        const params = { file: options.root };
        throw new InstallerError('CONFIRMED_ROOT', { params, expected: options.expectRoot, found });
      }
      if (trusted?.digest === options.expectRoot) return out.say(out.text.t('cli.root.same'));
      if (!options.yes) await confirm(out, out.text.t('cli.root.ask'));
      const confirmed = { old: trusted?.digest ?? null, new: options.expectRoot };
      await followRun(out, (client) => client.runs.startReplaceRoot({ root: options.root, confirmed }));
      out.say(out.text.t('cli.root.done'));
    });
  return command;
}
