import { isSettled } from '../../installer/contract/overridable.ts';
import { takesAway } from '../../installer/contract/takes-away.ts';
import type { WizardKey } from '../i18n/texts.ts';
import { isCompared, officerOf } from './draft.ts';
import type { PageId } from './pages.ts';
import type { RunState } from './run-state.ts';
import type { Wizard } from './wizard.ts';

/** What the main button does, or why it cannot yet. */
export type NextStep =
  | { kind: 'page'; page: PageId }
  /** The chosen bundle is opened first: a path that leads nowhere is said where it was typed. */
  | { kind: 'open'; page: PageId }
  | { kind: 'install' }
  | { kind: 'test' }
  /** All was taken back: to the first page. */
  | { kind: 'restart' }
  /** The installation is over and everything was handed over. */
  | { kind: 'finish' }
  | { kind: 'blocked'; why: WizardKey }
  | { kind: 'none' };

interface Situation {
  wizard: Pick<
    Wizard,
    'draft' | 'opened' | 'opening' | 'checked' | 'checking' | 'run' | 'active' | 'readOnly' | 'damaged'
  >;
  page: PageId;
  pages: readonly PageId[];
  answersValid: boolean;
  confirmed: boolean;
}

/** The rules of the way through the pages, all in one place. */
export function nextStep({ wizard, page, pages, answersValid, confirmed }: Situation): NextStep {
  const { draft, opened, opening, run, active, readOnly, damaged } = wizard;
  const following = pages[pages.indexOf(page) + 1];
  const on: NextStep = following === undefined ? { kind: 'none' } : { kind: 'page', page: following };
  const blocked = (why: WizardKey): NextStep => ({ kind: 'blocked', why });
  const mayStart = (start: NextStep): NextStep => {
    if (readOnly) return blocked('blocked.readOnly');
    return active?.run == null || run?.outcome != null ? start : blocked('blocked.running');
  };
  /** Without the bundle, opened and compared, there is nothing to go on from; a machine alone needs none. */
  const withoutBundle = (): NextStep | undefined => {
    if (draft.bundle.trim() === '') return undefined;
    if (opened === null) return blocked(opening.kind === 'failed' ? 'blocked.untrusted' : 'blocked.opening');
    return isCompared(draft, opened) ? undefined : blocked('blocked.compareFirst');
  };

  switch (page) {
    case 'start':
      if (draft.mode === 'test') return mayStart({ kind: 'test' });
      if (draft.bundle.trim() === '') return draft.mode === 'readiness' ? on : blocked('blocked.bundle');
      if (draft.root.trim() === '') return blocked('blocked.root');
      if (draft.mode === 'install' && officerOf(draft) === null) return blocked('blocked.officer');
      return following === undefined ? on : { kind: 'open', page: following };
    case 'trust':
      if (opened === null) return blocked(opening.kind === 'failed' ? 'blocked.untrusted' : 'blocked.opening');
      if (damaged) return blocked('blocked.damaged');
      return isCompared(draft, opened) ? on : blocked('blocked.compare');
    case 'readiness':
      return following === undefined ? on : (withoutBundle() ?? afterCheck(wizard, following, on));
    case 'configure':
      return withoutBundle() ?? (answersValid ? on : blocked('blocked.answers'));
    case 'plan':
      return (
        withoutBundle() ??
        afterCheck(wizard, page, confirmed ? mayStart({ kind: 'install' }) : blocked('blocked.confirm'))
      );
    case 'install':
      return run === null || run.outcome === null ? blocked('blocked.installing') : afterRun(run, on);
    case 'tests':
      return on;
    case 'report':
      return run !== null && isGood(run) && !readOnly ? { kind: 'finish' } : { kind: 'none' };
  }
}

/** What only another setting can mend leads to the settings, and stops the plan. */
function afterCheck({ checked, checking }: Situation['wizard'], following: PageId, on: NextStep): NextStep {
  const settings = following === 'configure';
  if (checking.kind === 'failed' && checking.error?.code.startsWith('ANSWERS_') === true && settings) return on;
  if (checked === null) return { kind: 'blocked', why: 'blocked.checking' };
  const blocking = checked.findings.filter(({ status }) => status === 'fail');
  if (blocking.length === 0 || (settings && blocking.every(isSettled))) return on;
  return { kind: 'blocked', why: settings ? 'blocked.notReady' : 'blocked.notReadyPlan' };
}

function isGood({ outcome }: RunState): boolean {
  return outcome === 'done' || outcome === 'unchanged';
}

/** A run that ended in whatever way; tests that failed can be looked at as well. */
function afterRun(run: RunState, on: NextStep): NextStep {
  if (isGood(run) && takesAway(run.action)) return { kind: 'restart' };
  if (isGood(run) || run.smoke.length > 0) return on;
  return { kind: 'blocked', why: run.outcome === 'failed' ? 'blocked.failed' : 'blocked.stopped' };
}
