import { useCallback, useEffect, useState } from 'react';
import type { CheckResult, SiteStatus } from '../../installer/contract/requests.ts';
import type { ActiveRuns, OpenedBundle } from '../../installer/contract/wizard.ts';
import { useConnection } from '../client/use-connection.ts';
import { type Draft, loadDraft, saveDraft } from './draft.ts';
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
  const run = useRun(draft.run, () => undefined);

  useEffect(() => saveDraft(sessionStorage, draft), [draft]);
  const { bundle, root } = draft;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another medium makes what was read from the last one void
  useEffect(() => {
    setOpened(null);
    setChecked(null);
  }, [bundle, root]);

  const outcome = run?.outcome ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end of a run changes what the engine says
  useEffect(() => {
    if (client === null) return;
    let current = true;
    Promise.all([client.runs.active(), client.status()]).then(
      ([nextActive, nextSite]) => {
        if (!current) return;
        setActive(nextActive);
        setSite(nextSite);
        const { run: id, owner, action } = nextActive;
        if (id === null || !owner) return;
        setDraft((before) =>
          before.run === id
            ? before
            : { ...before, run: id, page: 'install', mode: action === 'smoke' ? 'test' : 'install' },
        );
      },
      // The connection broke; the next one asks again.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [client, outcome]);

  const showRun = useCallback((id: string) => setDraft((before) => ({ ...before, run: id, page: 'install' })), []);
  return {
    draft,
    change: setDraft,
    opened,
    setOpened,
    checked,
    setChecked,
    site,
    active,
    run,
    showRun,
    readOnly: writer !== true || status !== 'open',
  };
}
