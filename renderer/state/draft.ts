import type { TierName } from '../../installer/contract/findings.ts';
import type { Answers } from '../../installer/contract/product.ts';
import type { Confirmed, Override } from '../../installer/contract/requests.ts';
import type { Mode, PageId } from './pages.ts';

/** What the officer chose before anything was started; nothing in it is secret. */
export interface Draft {
  page: PageId;
  mode: Mode;
  /** Directory of the bundle on the medium. */
  bundle: string;
  /** Path of the trusted root.json. */
  root: string;
  /** The fingerprints were compared, for this manifest. */
  compared: string | null;
  tier: TierName | null;
  overrides: readonly Override[];
  answers: Answers;
  /** What was agreed to when the install was started, so that a retry is of the same. */
  confirmed: Confirmed | null;
  /** The run on the Install page. */
  run: string | null;
}

export const emptyDraft: Draft = {
  page: 'start',
  mode: 'install',
  bundle: '',
  root: '',
  compared: null,
  tier: null,
  overrides: [],
  answers: {},
  confirmed: null,
  run: null,
};

/** Another medium or another root.json: what was decided for the last one does not hold for this one. */
export function withMedium(draft: Draft, medium: { bundle?: string; root?: string }): Draft {
  return { ...draft, ...medium, compared: null, overrides: [], answers: {}, confirmed: null, run: null };
}

/** With the override of a finding set, changed or (null) taken back. */
export function withOverride(draft: Draft, code: Override['code'], justification: string | null): Draft {
  const others = draft.overrides.filter((each) => each.code !== code);
  return { ...draft, overrides: justification === null ? others : [...others, { code, justification }] };
}

const key = 'airgap-draft';

/** A reload of the page loses nothing that was chosen. */
export function loadDraft(storage: Pick<Storage, 'getItem'>): Draft {
  const stored = storage.getItem(key);
  if (stored === null) return emptyDraft;
  try {
    const value: unknown = JSON.parse(stored);
    return typeof value === 'object' && value !== null ? { ...emptyDraft, ...value } : emptyDraft;
  } catch {
    // Not ours, or of another version: it is begun anew.
    return emptyDraft;
  }
}

export function saveDraft(storage: Pick<Storage, 'setItem'>, draft: Draft): void {
  storage.setItem(key, JSON.stringify(draft));
}
