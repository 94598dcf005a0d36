import type { Finding } from '../../../contract/findings.ts';
import type { Override, RootView } from '../../../contract/requests.ts';
import type { OpenedBundle, PlanPreview } from '../../../contract/wizard.ts';
import type { Terminal } from '../terminal.ts';
import { wrap } from '../wrap.ts';

/** Everything that a person agrees to when an install is started, on 80 columns. */
export function showAgreement(out: Terminal, root: string, opened: OpenedBundle, plan: PlanPreview): void {
  const { t } = out.text;
  const { manifest, manifestDigest, rootVersion, signers } = opened.view;
  const { title: product, version } = manifest.product;
  heading(out, t('cli.agree.product', { product, version, release: manifest.release }));
  part(out, t('cli.agree.signers'), keyLines(out, signers));
  part(out, t('cli.agree.rootKeys', { version: rootVersion ?? '' }), keyLines(out, opened.rootKeys));
  part(out, t('cli.agree.rootDigest'), [opened.rootDigest]);
  part(out, t('cli.agree.root'), [root, t(`cli.agree.came.${opened.rootCame}`)]);
  part(out, t('cli.agree.manifestDigest'), [manifestDigest]);
  part(out, t('cli.agree.sizes'), sizes(out, opened));
  part(out, t('cli.agree.ports'), [addresses(out, opened, plan)]);
  showSteps(out, plan);
}

/** A root document as it is compared with the vendor's paper. */
export function showRoot(out: Terminal, title: string, root: RootView | null): void {
  const { t } = out.text;
  const lines =
    root === null
      ? [t('cli.root.none')]
      : [t('cli.root.version', { version: root.version }), root.digest, ...keyLines(out, root.keys)];
  part(out, title, lines);
}

/** What is gone on with in spite of a failed check, and why; findings: as they are here now, null where nobody looked. */
export function showAccepted(out: Terminal, overrides: readonly Override[], findings: readonly Finding[] | null): void {
  if (overrides.length === 0) return;
  const { t } = out.text;
  const lines = overrides.flatMap(({ code, justification: reason, seen }) => [
    `${code}: ${reason}`,
    ...(seen?.length === 0 ? [t('cli.agree.notFailing')] : []),
    ...(findings ?? [])
      .filter((finding) => finding.code === code && finding.params.overriddenBy !== undefined)
      .map((finding) => {
        const { title, found, expected } = out.text.finding(finding);
        return `${title}: ${t('cli.found')} ${found || '–'}, ${t('cli.expected')} ${expected || '–'}`;
      }),
  ]);
  part(out, t('cli.agree.accepted'), lines);
}

function showSteps(out: Terminal, { steps, changes }: PlanPreview): void {
  out.say('');
  out.say(out.text.t('cli.plan'));
  for (const { id, looksOnly, reversible } of steps) {
    const mark = looksOnly ? ' ' : reversible ? '+' : '!';
    out.say(`  ${mark} ${out.text.step(id)}`);
    for (const { step, text } of changes) {
      if (step === id) for (const line of wrap(text[out.options.lang], 6)) out.say(line);
    }
  }
  for (const line of wrap(out.text.t('cli.planLegend'), 0)) out.say(line);
}

function heading(out: Terminal, line: string): void {
  out.say('');
  out.say(line);
}

function part(out: Terminal, title: string, lines: readonly string[]): void {
  out.say('');
  out.say(title);
  for (const text of lines) for (const line of wrap(text)) out.say(line);
}

function keyLines({ text }: Terminal, keys: OpenedBundle['rootKeys']): string[] {
  return keys.map(({ role, fingerprint }) => `${fingerprint} ${text.t(`report.roles.${role}`)}`);
}

function sizes({ text }: Terminal, { view: { manifest } }: OpenedBundle): string[] {
  const total = (items: readonly { size: number }[]) => ({
    number: items.length,
    bytes: text.bytes(items.reduce((sum, { size }) => sum + size, 0)),
  });
  return [
    text.t('cli.agree.images', total(manifest.images)),
    text.t('cli.agree.models', total(manifest.models)),
    text.t('cli.agree.files', total(manifest.files)),
  ];
}

function addresses({ text }: Terminal, { product }: OpenedBundle, { answers }: PlanPreview): string {
  const ports = product.ports
    .filter(({ protocol }) => protocol === 'tcp')
    .map(({ input, service }) => `${answers[input] ?? '–'} (${service})`);
  if (ports.length === 0) return text.t('cli.agree.noPorts');
  return `${String(answers.bind_address ?? '127.0.0.1')}: ${ports.join(', ')}`;
}
