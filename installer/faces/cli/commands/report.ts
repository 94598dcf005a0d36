import { Command, Option } from 'commander';
import { exitCodes } from '../../../contract/errors.ts';
import { engineClient } from '../engine.ts';
import { writtenDigest } from '../expected-digest.ts';
import { globalOptions } from '../options.ts';
import { terminal } from '../terminal.ts';

export function reportCommand(): Command {
  const command = new Command('report')
    .description('where the newest install’s report is; --out copies it, for example to the stick')
    .option('--out <dir>', 'write the report there')
    .action(async (options: { out?: string }, self: Command) => {
      const out = terminal(globalOptions(self));
      const result = await engineClient(out.options.dataDir).report.write({ out: options.out ?? null });
      out.document(result);
      for (const file of result.files) out.say(file);
    });
  command
    .command('verify')
    .description('recompute a report’s event chain; write down the head hash it prints and compare')
    .argument('<file>', 'the JSON report')
    .addOption(
      new Option('--head <hash>', 'the head hash that was written down when the report was made').argParser(
        writtenDigest,
      ),
    )
    .action(async (file: string, options: { head?: string }, self: Command) => {
      const out = terminal(globalOptions(self));
      const result = await engineClient(out.options.dataDir).report.verify({ file, head: options.head ?? null });
      out.document(result);
      out.say(out.text.t('cli.reportValid', { head: result.head, events: result.events }));
      process.exitCode = exitCodes.done;
    });
  return command;
}
