#!/usr/bin/env node
import { CommanderError } from 'commander';
import { exitCodes } from '../../contract/errors.ts';
import { cliProgram } from './program.ts';
import { sayError, terminal } from './terminal.ts';

const program = cliProgram();
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // --help and --version also arrive here, with exit code 0; commander has already said what is wrong.
    process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
  } else {
    const { json = false, lang = 'en', dataDir = '' } = program.opts();
    const out = terminal({ json, lang, dataDir });
    process.exitCode = sayError(out, error);
  }
}
