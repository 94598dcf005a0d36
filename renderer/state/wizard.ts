import { createContext, useContext } from 'react';
import type { SiteStatus } from '../../installer/contract/requests.ts';
import type { ActiveRuns, OpenedBundle } from '../../installer/contract/wizard.ts';
import type { Draft } from './draft.ts';
import type { RunState } from './run-state.ts';
import type { Checking } from './use-check.ts';
import type { Opening } from './use-opened.ts';

/** What all pages share. The draft is kept by the engine; what the engine found out is asked for again by each window. */
export interface Wizard extends Opening, Checking {
  draft: Draft;
  /** The engine has said what was chosen so far. */
  loaded: boolean;
  /** What it had kept could not be read. */
  draftDamaged: boolean;
  change(change: (draft: Draft) => Draft): void;
  /** The chosen bundle, with signatures that hold. */
  opened: OpenedBundle | null;
  site: SiteStatus | null;
  active: ActiveRuns | null;
  run: RunState | null;
  /** Shows this run from now on, from its first event. */
  showRun(run: string): void;
  /** Hashing every byte found a file that is not as the vendor signed it. */
  damaged: boolean;
  setDamaged(damaged: boolean): void;
  /** True: another window may change things, or the connection is away. */
  readOnly: boolean;
}

export const WizardContext = createContext<Wizard | null>(null);

export function useWizard(): Wizard {
  const wizard = useContext(WizardContext);
  if (wizard === null) throw new Error('no wizard above this component');
  return wizard;
}
