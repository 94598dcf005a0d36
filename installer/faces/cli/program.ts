import { Command, Option } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import { bundleCommand } from './commands/bundle.ts';
import { checkCommand } from './commands/check.ts';
import { engineCommand } from './commands/engine.ts';
import { installCommand } from './commands/install.ts';
import { reportCommand } from './commands/report.ts';
import { rootCommand } from './commands/root.ts';
import { serveCommand } from './commands/serve.ts';
import { smokeCommand } from './commands/smoke.ts';
import { statusCommand } from './commands/status.ts';
import { uninstallCommand } from './commands/uninstall.ts';

/** Those that some command ends with. */
const documentedExitCodes = '0 done, 1 failed, 2 usage, 3 a check failed, 4 warnings only, 5 not trusted, 6 cancelled';

/** The whole command line (design section 8). Flags stand over environment variables, those over defaults. */
export function cliProgram(): Command {
  const program = new Command('airgap')
    .description(packageJson.description)
    .version(packageJson.version)
    .addOption(
      new Option('--data-dir <dir>', 'where the installer keeps its state on this machine')
        .env('AIRGAP_DATA_DIR')
        .default('/var/lib/airgap-installer'),
    )
    .addOption(
      new Option('--json', 'one JSON document on stdout (NDJSON events for long work)')
        .env('AIRGAP_JSON')
        .default(false),
    )
    .addOption(
      new Option('--lang <lang>', 'language of messages and reports')
        .env('AIRGAP_LANG')
        .choices(['en', 'ru'])
        .default(process.env.LANG?.startsWith('ru') === true ? 'ru' : 'en'),
    )
    .showHelpAfterError('(airgap --help lists the commands)')
    .configureOutput({ writeOut: (text) => process.stdout.write(text), writeErr: (text) => process.stderr.write(text) })
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  airgap check --tier recommended
  airgap bundle verify /media/stick/bundle --root root.json
  sudo airgap install --bundle /media/stick/bundle --root root.json --answers site.yaml
  airgap report verify report.json

Exit codes: ${documentedExitCodes}`,
    );
  for (const command of [
    checkCommand(),
    bundleCommand(),
    installCommand(),
    statusCommand(),
    smokeCommand(),
    reportCommand(),
    uninstallCommand(),
    rootCommand(),
    serveCommand(),
  ]) {
    program.addCommand(command);
    inheritExit(command);
  }
  const engine = engineCommand();
  program.addCommand(engine, { hidden: true });
  inheritExit(engine);
  return program;
}

/** Subcommands made apart do not inherit exitOverride: without it they would end the process in mid-output. */
function inheritExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) inheritExit(child);
}
