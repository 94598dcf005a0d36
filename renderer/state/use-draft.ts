import { useEffect, useState, useSyncExternalStore } from 'react';
import { useConnection } from '../client/use-connection.ts';
import type { Draft } from './draft.ts';
import { DraftKeeper, type KeptDraft } from './draft-keeper.ts';

/** What the engine keeps of all that was chosen, as this window shows it. */
export function useDraft(): KeptDraft & { change: (change: (draft: Draft) => Draft) => void } {
  const { client, writer } = useConnection();
  const [keeper] = useState(() => new DraftKeeper());
  useEffect(() => keeper.attach(client, writer), [keeper, client, writer]);
  const kept = useSyncExternalStore(keeper.subscribe, keeper.snapshot);
  return { ...kept, change: keeper.change };
}
