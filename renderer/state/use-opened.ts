import { useCallback, useEffect, useRef, useState } from 'react';
import type { OpenedBundle } from '../../installer/contract/wizard.ts';
import type { EngineClient } from '../client/transport.ts';
import { useConnection } from '../client/use-connection.ts';
import type { CallState } from './call-state.ts';
import { type Draft, paths } from './draft.ts';
import { useCall } from './use-call.ts';

export interface Opening {
  /** About the bundle and the keys that are chosen now, not the ones before. */
  opening: CallState<OpenedBundle>;
  open: () => void;
}

/**
 * The chosen bundle, opened by the engine whenever a page needs it: after a reload, in a new window, after a restart. What was
 * read in another window or at another time counts for nothing.
 */
export function useOpened(draft: Draft, wanted: boolean): Opening {
  const { client } = useConnection();
  const [call, start] = useCall<OpenedBundle>();
  const { dir, root } = paths(draft);
  const key = JSON.stringify([dir, root]);
  const [asked, setAsked] = useState('');
  const askedOn = useRef<EngineClient | null>(null);
  const open = useCallback(() => {
    const [wantedDir = '', wantedRoot = ''] = JSON.parse(key) as string[];
    setAsked(key);
    askedOn.current = client;
    start((engine, signal) => engine.bundle.open({ dir: wantedDir, root: wantedRoot }, { signal }));
  }, [key, client, start]);
  const settled = asked === key && (call.kind === 'done' || askedOn.current === client);
  useEffect(() => {
    if (wanted && client !== null && dir !== '' && root !== '' && !settled) open();
  }, [wanted, client, dir, root, settled, open]);
  return { opening: asked === key ? call : { kind: 'idle' }, open };
}
