import { join } from 'node:path';
import { Command } from 'commander';
import { exitCodes } from '../../../contract/errors.ts';
import type { TierName } from '../../../contract/findings.ts';
import type { CheckResult, Override } from '../../../contract/requests.ts';
import { saveFile } from '../../../engine/save-folder.ts';
import { engineClient } from '../engine.ts';
import {
  answersOption,
  bundleOption,
  globalOptions,
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
  product: string;
}

/** The definition that comes with the installer. */
const shippedProduct = join(import.meta.dirname, '../../../../bundles/products/codegraph');

const exitByStatus = { pass: exitCodes.done, warn: exitCodes.warnings, fail: exitCodes.check } as const;

export function checkCommand(): Command {
  return new Command('check')
    .description('look whether this machine is ready; changes nothing')
    .addOption(bundleOption())
    .addOption(rootOption())
    .addOption(answersOption())
    .addOption(tierOption())
    .addOption(overrideOption())
    .option('--product <dir>', 'without a bundle: the product to judge the machine for', shippedProduct)
    .option('--report <file>', 'write the findings and the measured facts to a JSON file')
    .action(async (options: CheckOptions, command: Command) => {
      const out = terminal(globalOptions(command));
      const result = await engineClient(out.options.dataDir).check({
        bundle: options.bundle ?? null,
        root: options.root ?? null,
        product: options.bundle === undefined ? await readProductFile(options.product) : null,
        answers: await readAnswers(options.answers),
        tier: options.tier ?? null,
        overrides: options.override,
      });
      if (options.report !== undefined) await saveFile(options.report, 0o644, `${JSON.stringify(result, null, 2)}\n`);
      showFindings(out, result);
      out.document(result);
      process.exitCode = exitByStatus[result.status];
    });
}

const marks = { pass: '✔', warn: '⚠', fail: '✖' } as const;

function showFindings(out: Terminal, result: CheckResult): void {
  const { text } = out;
  const table = compactTable(['', text.t('cli.check'), text.t('cli.found'), text.t('cli.expected')], [3, 40, 24, 24]);
  for (const finding of result.findings) {
    const words = text.finding(finding);
    table.push([marks[finding.status], words.title, words.found || '–', words.expected || '–']);
  }
  out.say(table.toString());
  for (const finding of result.findings.filter(({ status }) => status !== 'pass')) {
    const words = text.finding(finding);
    out.say(`${marks[finding.status]} ${words.title}: ${words.remedy}`);
  }
  out.say(text.t(`cli.checkStatus.${result.status}`));
}
