import type { WizardKey } from '../i18n/texts.ts';
import type { PageId } from './pages.ts';
import type { RunState } from './run-state.ts';
import type { Wizard } from './wizard.ts';

/** What the main button does, or why it cannot yet. */
export type NextStep =
  | { kind: 'page'; page: PageId }
  | { kind: 'install' }
  | { kind: 'test' }
  /** All was taken back: to the first page. */
  | { kind: 'restart' }
  | { kind: 'blocked'; why: WizardKey }
  | { kind: 'none' };

interface Situation {
  wizard: Pick<Wizard, 'draft' | 'opened' | 'checked' | 'run' | 'active' | 'readOnly' | 'damaged'>;
  page: PageId;
  pages: readonly PageId[];
  answersValid: boolean;
  confirmed: boolean;
}

/** The rules of the way through the pages, all in one place. */
export function nextStep({ wizard, page, pages, answersValid, confirmed }: Situation): NextStep {
  const { draft, opened, checked, run, active, readOnly, damaged } = wizard;
  const following = pages[pages.indexOf(page) + 1];
  const on: NextStep = following === undefined ? { kind: 'none' } : { kind: 'page', page: following };
  const blocked = (why: WizardKey): NextStep => ({ kind: 'blocked', why });
  const mayStart = (start: NextStep): NextStep => {
    if (readOnly) return blocked('blocked.readOnly');
    return active?.run == null || run?.outcome != null ? start : blocked('blocked.running');
  };

  switch (page) {
    case 'start':
      if (draft.mode === 'test') return mayStart({ kind: 'test' });
      if (draft.bundle === '') return draft.mode === 'readiness' ? on : blocked('blocked.bundle');
      return draft.root === '' ? blocked('blocked.root') : on;
    case 'trust':
      if (opened === null) return blocked('blocked.untrusted');
      if (damaged) return blocked('blocked.damaged');
      return draft.compared === opened.view.manifestDigest ? on : blocked('blocked.compare');
    case 'readiness':
      if (checked === null || following === undefined)
        return following === undefined ? on : blocked('blocked.checking');
      return checked.status === 'fail' ? blocked('blocked.notReady') : on;
    case 'configure':
      if (opened === null) return blocked('blocked.untrusted');
      return answersValid ? on : blocked('blocked.answers');
    case 'plan':
      if (opened === null || draft.compared !== opened.view.manifestDigest) return blocked('blocked.untrusted');
      return confirmed ? mayStart({ kind: 'install' }) : blocked('blocked.confirm');
    case 'install':
      return run === null || run.outcome === null ? blocked('blocked.installing') : afterRun(run, on);
    case 'tests':
      return on;
    case 'report':
      return { kind: 'none' };
  }
}

/** A run that ended in whatever way; tests that failed can be looked at as well. */
function afterRun({ action, outcome, smoke }: RunState, on: NextStep): NextStep {
  const good = outcome === 'done' || outcome === 'unchanged';
  if (good && action === 'uninstall') return { kind: 'restart' };
  if (good || smoke.length > 0) return on;
  return { kind: 'blocked', why: outcome === 'failed' ? 'blocked.failed' : 'blocked.stopped' };
}
