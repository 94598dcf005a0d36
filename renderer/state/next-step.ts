import type { WizardKey } from '../i18n/texts.ts';
import type { PageId } from './pages.ts';
import type { Wizard } from './wizard.ts';

/** What the main button does, or why it cannot yet. */
export type NextStep =
  | { kind: 'page'; page: PageId }
  | { kind: 'install' }
  | { kind: 'test' }
  | { kind: 'blocked'; why: WizardKey }
  | { kind: 'none' };

interface Situation {
  wizard: Pick<Wizard, 'draft' | 'opened' | 'checked' | 'run' | 'active' | 'readOnly'>;
  page: PageId;
  pages: readonly PageId[];
  answersValid: boolean;
  confirmed: boolean;
}

/** The rules of the way through the pages, all in one place. */
export function nextStep({ wizard, page, pages, answersValid, confirmed }: Situation): NextStep {
  const { draft, opened, checked, run, active, readOnly } = wizard;
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
      if (run === null || run.outcome === null) return blocked('blocked.installing');
      return run.outcome === 'done' || run.outcome === 'unchanged' || run.smoke.length > 0
        ? on
        : blocked('blocked.failed');
    case 'tests':
      return on;
    case 'report':
      return { kind: 'none' };
  }
}
