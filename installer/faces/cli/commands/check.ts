import { Command } from 'commander';
import { exitCodes } from '../../../contract/errors.ts';
import type { TierName } from '../../../contract/findings.ts';
import type { CheckResult, Override } from '../../../contract/requests.ts';
import { saveFile } from '../../../engine/save-folder.ts';
import { findingMarks } from '../describe.ts';
import { engineClient } from '../engine.ts';
import { showNotPassed } from '../findings.ts';
import {
  answersOption,
  bundleOption,
  globalOptions,
  officeOption,
  officerOf,
  officerOption,
  overrideOption,
  readAnswers,
  readProductFile,
  rootOption,
  tierOption,
} from '../options.ts';
import { compactTable } from '../table.ts';
import { type Terminal, terminal } from '../terminal.ts';

interface CheckOptions {
  bundle?: string;
  root?: string;
  answers?: string;
  tier?: TierName;
  override: Override[];
  report?: string;
  product?: string;
  officer?: string;
  office?: string;
}

const exitByStatus = {
  pass: exitCodes.done,
  warn: exitCodes.warnings,
  accepted: exitCodes.warnings,
  fail: exitCodes.check,
} as const;

export function checkCommand(): Command {
  return new Command('check')
    .description('look whether this machine is ready; changes nothing')
    .addOption(bundleOption())
    .addOption(rootOption())
    .addOption(answersOption())
    .addOption(tierOption())
    .addOption(overrideOption())
    .addOption(officerOption())
    .addOption(officeOption())
    .option(
      '--product <dir>',
      'without a bundle: the product to judge the machine for; by default the one that comes with the installer',
    )
    .option('--report <file>', 'write the findings and the measured facts to a JSON file')
    .action(async (options: CheckOptions, command: Command) => {
      const out = terminal(globalOptions(command));
      const result = await engineClient(out.options.dataDir).check({
        bundle: options.bundle ?? null,
        root: options.root ?? null,
        product:
          options.bundle === undefined && options.product !== undefined ? await readProductFile(options.product) : null,
        answers: await readAnswers(options.answers),
        tier: options.tier ?? null,
        overrides: options.override,
        officer: officerOf(options),
      });
      if (options.report !== undefined) await saveFile(options.report, 0o644, `${JSON.stringify(result, null, 2)}\n`);
      showFindings(out, result);
      out.document(result);
      process.exitCode = exitByStatus[result.status];
    });
}

function showFindings(out: Terminal, result: CheckResult): void {
  const { text } = out;
  const { judgedFor } = result;
  if (judgedFor?.from === 'installer')
    out.say(text.t('cli.judgedFor', { title: judgedFor.title, version: judgedFor.version }));
  const table = compactTable(['', text.t('cli.check'), text.t('cli.found'), text.t('cli.expected')], [3, 40, 24, 24]);
  for (const finding of result.findings) {
    const words = text.finding(finding);
    const title = finding.status === 'accepted' ? `${words.title} (${text.t('statuses.accepted')})` : words.title;
    table.push([findingMarks[finding.status], title, words.found || '–', words.expected || '–']);
  }
  out.say(table.toString());
  showNotPassed(out, result.findings);
  out.say(text.t(`cli.checkStatus.${result.status}`));
}
