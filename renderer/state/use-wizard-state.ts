import { useCallback, useEffect, useState } from 'react';
import type { CheckResult, SiteStatus } from '../../installer/contract/requests.ts';
import type { ActiveRuns, OpenedBundle } from '../../installer/contract/wizard.ts';
import { useConnection } from '../client/use-connection.ts';
import { type Draft, loadDraft, saveDraft } from './draft.ts';
import { cutOff } from './run-state.ts';
import { useRun } from './use-run.ts';
import type { Wizard } from './wizard.ts';

/**
 * The pages' common state. A running job is found again whenever the connection comes: the engine says what goes on, not the
 * page's memory.
 */
export function useWizardState(): Wizard {
  const { client, status, writer } = useConnection();
  const [draft, setDraft] = useState<Draft>(() => loadDraft(sessionStorage));
  const [opened, setOpened] = useState<OpenedBundle | null>(null);
  const [checked, setChecked] = useState<CheckResult | null>(null);
  const [site, setSite] = useState<SiteStatus | null>(null);
  const [active, setActive] = useState<ActiveRuns | null>(null);
  const [damaged, setDamaged] = useState(false);
  const { state: followed, told } = useRun(draft.run);

  useEffect(() => saveDraft(sessionStorage, draft), [draft]);
  const { bundle, root } = draft;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another medium makes what was read from the last one void
  useEffect(() => {
    setOpened(null);
    setChecked(null);
    setDamaged(false);
  }, [bundle, root]);

  const outcome = followed?.outcome ?? null;
  const { run: shown } = draft;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the beginning and the end of a run change what the engine says
  useEffect(() => {
    if (client === null) return;
    let current = true;
    // A call that fails because the connection broke is made again with the next one.
    client.status().then(
      (next) => current && setSite(next),
      () => undefined,
    );
    client.runs.active().then(
      (nextActive) => {
        if (!current) return;
        setActive(nextActive);
        const { run: id, owner, action } = nextActive;
        if (id === null || !owner) return;
        setDraft((before) =>
          before.run === id
            ? before
            : { ...before, run: id, page: 'install', mode: action === 'smoke' ? 'test' : 'install' },
        );
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [client, outcome, shown]);

  const showRun = useCallback((id: string) => setDraft((before) => ({ ...before, run: id, page: 'install' })), []);
  const wasCutOff = told && outcome === null && active?.interrupted != null && active.interrupted.run === followed?.run;
  return {
    draft,
    change: setDraft,
    opened,
    setOpened,
    checked,
    setChecked,
    site,
    active,
    run: followed !== null && wasCutOff ? cutOff(followed) : followed,
    showRun,
    damaged,
    setDamaged,
    readOnly: writer !== true || status !== 'open',
  };
}
