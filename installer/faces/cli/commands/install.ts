import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { InstallerError } from '../../../base/errors.ts';
import type { TierName } from '../../../contract/findings.ts';
import type { Override, PlanRequest } from '../../../contract/requests.ts';
import { engineClient } from '../engine.ts';
import { followRun } from '../follow.ts';
import {
  answersOption,
  bundleOption,
  globalOptions,
  overrideOption,
  readAnswers,
  rootOption,
  tierOption,
} from '../options.ts';
import { type Terminal, terminal } from '../terminal.ts';

interface InstallOptions {
  bundle: string;
  root: string;
  answers?: string;
  tier?: TierName;
  override: Override[];
  yes: boolean;
}

export function installCommand(): Command {
  return new Command('install')
    .description('verify, place, start, test and report; run again to resume')
    .addOption(bundleOption().makeOptionMandatory())
    .addOption(rootOption().makeOptionMandatory())
    .addOption(answersOption())
    .addOption(tierOption())
    .addOption(overrideOption())
    .option('-y, --yes', 'do not ask before starting', false)
    .action(async (options: InstallOptions, command: Command) => {
      const out = terminal(globalOptions(command));
      const answers = await readAnswers(options.answers);
      if (!options.yes) await confirm(out);
      const request: PlanRequest = {
        bundle: options.bundle,
        root: options.root,
        answers,
        tier: options.tier ?? null,
        overrides: options.override,
        compared: false,
        officer: null,
      };
      const client = engineClient(out.options.dataDir);
      const opened = await client.bundle.open({ dir: options.bundle, root: options.root });
      const { digest: plan } = await client.plan.preview(request);
      const confirmed = { root: opened.rootDigest, manifest: opened.view.manifestDigest, plan };
      const run = await followRun(out, (engine) => engine.runs.startInstall({ ...request, confirmed }));
      out.say(out.text.t('cli.installed', { run }));
      const { files } = await engineClient(out.options.dataDir).report.find({ run });
      for (const file of files) out.say(`  ${file}`);
    });
}

/** Shows what will happen and asks; without a terminal nobody can answer, so --yes is asked for. */
async function confirm(out: Terminal): Promise<void> {
  if (process.stdin.isTTY !== true) throw new InstallerError('USAGE', { params: { what: '--yes' } });
  out.say(out.text.t('cli.plan'));
  for (const step of await engineClient(out.options.dataDir).runs.planInstall()) {
    const mark = step.looksOnly ? ' ' : step.reversible ? '+' : '!';
    out.say(`  ${mark} ${out.text.step(step.id)}`);
  }
  out.say(out.text.t('cli.planLegend'));
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${out.text.t('cli.confirm')} `);
    if (!/^(y|yes|д|да)$/i.test(answer.trim())) throw new InstallerError('CANCELLED');
  } finally {
    prompt.close();
  }
}
