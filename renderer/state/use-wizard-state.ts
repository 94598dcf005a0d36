import { useCallback, useEffect, useState } from 'react';
import type { SiteStatus } from '../../installer/contract/requests.ts';
import { takesAway } from '../../installer/contract/takes-away.ts';
import type { ActiveRuns } from '../../installer/contract/wizard.ts';
import { useConnection } from '../client/use-connection.ts';
import { withoutChoices } from './draft.ts';
import { type PageId, pagesOf } from './pages.ts';
import { cutOff } from './run-state.ts';
import { useCheck } from './use-check.ts';
import { useDraft } from './use-draft.ts';
import { useOpened } from './use-opened.ts';
import { useRun } from './use-run.ts';
import type { Wizard } from './wizard.ts';

/** Pages that show what is in the bundle, or go on from it. */
const onBundle: readonly PageId[] = ['trust', 'readiness', 'configure', 'plan'];
const onMachine: readonly PageId[] = ['readiness', 'plan'];

/**
 * The pages' common state. What was chosen and which job goes on is the engine's, and found again whenever the connection comes:
 * nothing hangs on the page's memory.
 */
export function useWizardState(): Wizard {
  const { client, status, writer } = useConnection();
  const { draft, loaded, damaged: draftDamaged, change } = useDraft();
  const [site, setSite] = useState<SiteStatus | null>(null);
  const [active, setActive] = useState<ActiveRuns | null>(null);
  const [damaged, setDamaged] = useState(false);
  const { state: followed, told } = useRun(draft.run);
  const withBundle = draft.bundle.trim() !== '';
  const page = pagesOf(draft.mode, withBundle).includes(draft.page) ? draft.page : 'start';

  const { opening, open } = useOpened(draft, loaded && withBundle && onBundle.includes(page));
  const opened = opening.kind === 'done' ? opening.value : null;
  const checks = useCheck(draft, loaded && onMachine.includes(page) && (!withBundle || opened !== null), page);

  const { bundle, root } = draft;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another medium makes what was read from the last one void
  useEffect(() => setDamaged(false), [bundle, root]);

  const outcome = followed?.outcome ?? null;
  const { run: shown } = draft;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the beginning and the end of a run change what the engine says
  useEffect(() => {
    if (client === null || !loaded) return;
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
        change((before) =>
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
  }, [client, loaded, change, outcome, shown]);

  const removed = followed != null && takesAway(followed.action) && (outcome === 'done' || outcome === 'unchanged');
  useEffect(() => {
    if (removed) change(withoutChoices);
  }, [removed, change]);

  const showRun = useCallback((id: string) => change((before) => ({ ...before, run: id, page: 'install' })), [change]);
  const wasCutOff = told && outcome === null && active?.interrupted != null && active.interrupted.run === followed?.run;
  return {
    draft,
    loaded,
    draftDamaged,
    change,
    opening,
    open,
    opened,
    ...checks,
    site,
    active,
    run: followed !== null && wasCutOff ? cutOff(followed) : followed,
    showRun,
    damaged,
    setDamaged,
    readOnly: writer !== true || status !== 'open',
  };
}
