import type { WizardDraft } from '../../installer/contract/draft.ts';
import type { Finding } from '../../installer/contract/findings.ts';
import { type Officer, type Override, officer } from '../../installer/contract/requests.ts';
import type { OpenedBundle } from '../../installer/contract/wizard.ts';

/** What the officer chose before anything was started. The engine keeps it for every window; nothing in it is secret. */
export type Draft = WizardDraft;

export const emptyDraft: Draft = {
  page: 'start',
  mode: 'install',
  bundle: '',
  root: '',
  compared: null,
  confirmed: null,
  tier: null,
  overrides: [],
  reasons: {},
  answers: {},
  officer: { name: '', office: '' },
  run: null,
};

/** Another medium or another root.json: what was decided for the last one does not hold for this one. */
export function withMedium(draft: Draft, medium: { bundle?: string; root?: string }): Draft {
  return {
    ...draft,
    ...medium,
    compared: null,
    confirmed: null,
    overrides: [],
    reasons: {},
    answers: {},
    run: null,
  };
}

/** What was chosen is over (a removal took it back); where one looks, and at which run, stays. */
export function withoutChoices({ page, mode, run }: Draft): Draft {
  return { ...emptyDraft, page, mode, run };
}

/** With the reason for an override as it is being written, or (null) without one. */
export function withReason(draft: Draft, code: Override['code'], reason: string | null): Draft {
  const { [code]: _before, ...others } = draft.reasons;
  return { ...draft, reasons: reason === null ? others : { ...others, [code]: reason } };
}

/** With the override of findings of one code set, changed or (null) taken back. `seen`: what was on the screen when it was decided. */
export function withOverride(
  draft: Draft,
  code: Override['code'],
  justification: string | null,
  seen: readonly Finding[] = [],
): Draft {
  const others = draft.overrides.filter((each) => each.code !== code);
  const shown = seen.map(({ subject, expected, found }) => ({ subject, expected, found }));
  return {
    ...withReason(draft, code, null),
    overrides: justification === null ? others : [...others, { code, justification, seen: shown }],
  };
}

/** Who answers for what is decided here; null until there is a name. */
export function officerOf(draft: Draft): Officer | null {
  return officer.safeParse(draft.officer).data ?? null;
}

/** The paths as they are asked for: a blank at the end is a slip of the finger, and nobody sees it. */
export function paths({ bundle, root }: Pick<Draft, 'bundle' | 'root'>): { dir: string; root: string } {
  return { dir: bundle.trim(), root: root.trim() };
}

/** Somebody compared the fingerprints of just this bundle and just these keys. */
export function isCompared({ compared }: Draft, { rootDigest, view }: OpenedBundle): boolean {
  return compared !== null && compared.root === rootDigest && compared.manifest === view.manifestDigest;
}
