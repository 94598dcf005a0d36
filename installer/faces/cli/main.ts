#!/usr/bin/env node
import { CommanderError } from 'commander';
import { exitCodes } from '../../contract/errors.ts';
import { armLastResort } from '../../engine/last-resort.ts';
import { cliProgram } from './program.ts';
import { sayError, terminal } from './terminal.ts';

const program = cliProgram();
let said = false;

/** The command's error in the person's language, once: a fault may end the command while it waits for something else. */
function say(thrown: unknown): void {
  if (said) return;
  said = true;
  const { json = false, lang = 'en', dataDir = '' } = program.opts();
  process.exitCode = sayError(terminal({ json, lang, dataDir }), thrown);
}

armLastResort(say);
minded(process.stdout);
try {
  await program.parseAsync();
} catch (error) {
  // --help and --version also arrive here, with exit code 0; commander has already said what is wrong.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
  else say(error);
}

/**
 * Whoever reads our output may go away (`| head`), and the disk that it goes to may be full: neither ends a run that is under
 * way. But a command whose words did not arrive has not done what it was asked for.
 */
function minded(output: NodeJS.WriteStream): void {
  let lost = false;
  output.on('error', () => {
    lost = true;
  });
  process.on('exit', (code) => {
    if (lost && code === 0) process.exitCode = exitCodes.failed;
  });
}
