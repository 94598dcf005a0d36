import { Command } from 'commander';
import { InstallerError } from '../../../base/errors.ts';
import type { Digest } from '../../../contract/digest.ts';
import type { Finding, TierName } from '../../../contract/findings.ts';
import { type Officer, type Override, officer, type PlanRequest } from '../../../contract/requests.ts';
import type { OpenedBundle } from '../../../contract/wizard.ts';
import { ask, askYesNo, confirm, requireTerminal } from '../confirm.ts';
import { type EngineClient, engineClient } from '../engine.ts';
import { expectBundleOption, expectRootOption } from '../expected-digest.ts';
import { showNotPassed } from '../findings.ts';
import { followRun } from '../follow.ts';
import {
  answersOption,
  bundleOption,
  globalOptions,
  officeOption,
  officerOf,
  officerOption,
  overrideOption,
  readAnswers,
  rootOption,
  tierOption,
} from '../options.ts';
import { type Terminal, terminal } from '../terminal.ts';
import { showAccepted, showAgreement } from './agreement.ts';

interface InstallOptions {
  bundle: string;
  root: string;
  answers?: string;
  tier?: TierName;
  override: Override[];
  yes: boolean;
  expectRoot?: Digest;
  expectBundle?: Digest;
  officer?: string;
  office?: string;
}

const scriptOptions = '--yes --expect-root sha256:… --expect-bundle sha256:…';

export function installCommand(): Command {
  return new Command('install')
    .description('verify, place, start, test and report; run again to resume')
    .addOption(bundleOption().makeOptionMandatory())
    .addOption(rootOption().makeOptionMandatory())
    .addOption(answersOption())
    .addOption(tierOption())
    .addOption(overrideOption())
    .addOption(expectRootOption())
    .addOption(expectBundleOption())
    .addOption(officerOption())
    .addOption(officeOption())
    .option('-y, --yes', 'do not ask before starting', false)
    .action(async (options: InstallOptions, command: Command) => {
      const out = terminal(globalOptions(command));
      if (!options.yes) requireTerminal(scriptOptions);
      const answers = await readAnswers(options.answers);
      const client = engineClient(out.options.dataDir);
      const opened = await client.bundle.open({ dir: options.bundle, root: options.root });
      requireExpected(opened, options);
      const request: PlanRequest = {
        ...{ bundle: options.bundle, root: options.root, answers },
        ...{ tier: options.tier ?? null, overrides: options.override },
        // whoever wrote the digest into the command took it from the vendor's document
        compared: options.expectRoot !== undefined,
        officer: officerOf(options),
      };
      const asked = options.yes ? null : await lookFirst(out, client, request);
      const planned = asked?.request ?? request;
      const plan = await client.plan.preview(planned);
      showAgreement(out, options.root, opened, plan);
      showAccepted(out, planned.overrides, asked?.findings ?? null);
      const agreed = asked === null ? planned : await agree(out, planned);
      const confirmed = { root: opened.rootDigest, manifest: opened.view.manifestDigest, plan: plan.digest };
      const run = await followRun(out, (engine) => engine.runs.startInstall({ ...agreed, confirmed }));
      out.say(out.text.t('cli.installed', { run }));
      const { files } = await engineClient(out.options.dataDir).report.find({ run });
      for (const file of files) out.say(`  ${file}`);
    });
}

/** What a script expects, and that a root which came with the bundle is not believed by itself. */
function requireExpected(opened: OpenedBundle, { expectRoot, expectBundle, yes, root }: InstallOptions): void {
  const { rootDigest, givenRootDigest, rootCame, view } = opened;
  // the vendor's document may be of the root before a rotation, which its keys have signed
  if (expectRoot !== undefined && expectRoot !== rootDigest && expectRoot !== givenRootDigest) {
    throw new InstallerError('CONFIRMED_ROOT', { params: { file: root }, expected: expectRoot, found: rootDigest });
  }
  if (expectBundle !== undefined && expectBundle !== view.manifestDigest) {
    throw new InstallerError('CONFIRMED_BUNDLE', {
      params: { file: 'bundle.json' },
      ...{ expected: expectBundle, found: view.manifestDigest },
    });
  }
  if (yes && rootCame === 'medium' && expectRoot === undefined) {
    throw new InstallerError('ROOT_NOT_COMPARED', { params: { file: root }, found: rootDigest });
  }
}

/**
 * The readiness check before anybody is asked, so that what is accepted is what is on the screen.
 * @throws PREFLIGHT_FAILED with every failed check said
 */
async function lookFirst(
  out: Terminal,
  client: EngineClient,
  request: PlanRequest,
): Promise<{ request: PlanRequest; findings: readonly Finding[] }> {
  const { bundle, root, answers, tier, overrides, officer } = request;
  const { findings, status } = await client.check({ bundle, root, product: null, answers, tier, overrides, officer });
  showNotPassed(out, findings);
  if (status === 'fail') throw new InstallerError('PREFLIGHT_FAILED');
  const seen = (code: Override['code']) =>
    findings
      .filter((finding) => finding.code === code && finding.params.overriddenBy !== undefined)
      .map(({ subject, expected, found }) => ({ subject, expected, found }));
  return {
    request: { ...request, overrides: overrides.map((each) => ({ ...each, seen: seen(each.code) })) },
    findings,
  };
}

/** The questions, in the order in which a person can answer them. Throws DECLINED. */
async function agree(out: Terminal, request: PlanRequest): Promise<PlanRequest> {
  const { t } = out.text;
  out.say('');
  const compared = request.compared || (await askYesNo(t('cli.agree.compare')));
  if (!compared) throw new InstallerError('DECLINED');
  const named = request.officer ?? (await askOfficer(out));
  await confirm(out);
  return { ...request, compared, officer: named };
}

async function askOfficer({ text, say }: Terminal): Promise<Officer | null> {
  for (;;) {
    const name = await ask(text.t('cli.agree.name'));
    if (name === '') return null;
    const parsed = officer.shape.name.safeParse(name);
    if (parsed.success) {
      const office = await ask(text.t('cli.agree.office'));
      return { name: parsed.data, office: office.slice(0, 100) };
    }
    say(text.t('cli.agree.badName'));
  }
}
