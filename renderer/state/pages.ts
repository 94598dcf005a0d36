import type { WizardDraft } from '../../installer/contract/draft.ts';

export type Mode = WizardDraft['mode'];
export type PageId = WizardDraft['page'];

/** The pages of a job in their order. A readiness check without a medium has nothing to trust. */
export function pagesOf(mode: Mode, withBundle: boolean): readonly PageId[] {
  switch (mode) {
    case 'install':
      return ['start', 'trust', 'readiness', 'configure', 'plan', 'install', 'tests', 'report'];
    case 'readiness':
      return withBundle ? ['start', 'trust', 'readiness'] : ['start', 'readiness'];
    case 'test':
      return ['start', 'install', 'tests', 'report'];
  }
}
