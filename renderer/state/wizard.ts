import { createContext, useContext } from 'react';
import type { WireError } from '../../installer/contract/errors.ts';
import type { CheckResult, SiteStatus } from '../../installer/contract/requests.ts';
import type { ActiveRuns, OpenedBundle } from '../../installer/contract/wizard.ts';
import type { Draft } from './draft.ts';
import type { RunState } from './run-state.ts';

/** What all pages share. Results are the engine's words, kept for this window only. */
export interface Wizard {
  draft: Draft;
  change(change: (draft: Draft) => Draft): void;
  opened: OpenedBundle | null;
  setOpened(opened: OpenedBundle | null): void;
  checked: CheckResult | null;
  setChecked(checked: CheckResult | null): void;
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

export type CallState<T> =
  | { kind: 'idle' }
  | { kind: 'busy' }
  | { kind: 'done'; value: T }
  /** null: the connection broke. */
  | { kind: 'failed'; error: WireError | null };
