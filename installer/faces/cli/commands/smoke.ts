import { Command } from 'commander';
import { followRun } from '../follow.ts';
import { globalOptions } from '../options.ts';
import { terminal } from '../terminal.ts';

export function smokeCommand(): Command {
  return new Command('smoke')
    .description('repeat the health and language model tests on the running stack')
    .action(async (_options: object, command: Command) => {
      const out = terminal(globalOptions(command));
      await followRun(out, (client) => client.runs.startSmoke());
      out.say(out.text.t('cli.smokePassed'));
    });
}
