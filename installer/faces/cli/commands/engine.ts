import { Command } from 'commander';
import { runEngineProcess } from '../../stdio/run-engine.ts';
import { globalOptions } from '../options.ts';
import { mediaOption } from './serve.ts';

/** What the desktop starts; of no use to a person. */
export function engineCommand(): Command {
  return new Command('engine')
    .description('the engine for the desktop window: frames on standard input and output')
    .addOption(mediaOption())
    .action(async ({ media }: { media: string[] }, command: Command) => {
      await runEngineProcess({ dataDir: globalOptions(command).dataDir, mediaDirs: media });
    });
}
