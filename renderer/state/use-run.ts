import { useEffect, useReducer, useRef, useState } from 'react';
import type { EngineEvent } from '../../installer/contract/events.ts';
import { followRun } from '../client/follow.ts';
import { useConnection } from '../client/use-connection.ts';
import { coalesce } from './coalesce.ts';
import { emptyRun, type RunState, reduceEvents } from './run-state.ts';

type Change = { run: string | null } | { events: readonly EngineEvent[] };

function reduce(state: RunState | null, change: Change): RunState | null {
  if ('events' in change) return state === null ? null : reduceEvents(state, change.events);
  if (change.run === null) return null;
  return state?.run === change.run ? state : emptyRun(change.run);
}

export interface FollowedRun {
  state: RunState | null;
  /** The engine has told all that it knows, and nothing more will come. */
  told: boolean;
}

/** A run as its events tell it, followed again from the last one seen whenever the connection comes back. */
export function useRun(run: string | null): FollowedRun {
  const { client } = useConnection();
  const [state, dispatch] = useReducer(reduce, null);
  const [told, setTold] = useState(false);
  const lastSeq = useRef(0);
  lastSeq.current = state?.run === run ? (state?.lastSeq ?? 0) : 0;

  useEffect(() => {
    dispatch({ run });
    setTold(false);
    if (run === null || client === null) return;
    const abort = new AbortController();
    const batch = coalesce((events) => dispatch({ events }));
    followRun(client, run, lastSeq.current, batch.push, abort.signal).then(
      () => {
        batch.flush();
        if (!abort.signal.aborted) setTold(true);
      },
      // A break of the connection brings a new client and with it a new start from here.
      () => batch.flush(),
    );
    return () => {
      abort.abort();
      batch.flush();
    };
  }, [client, run]);
  return state?.run === run ? { state, told } : { state: null, told: false };
}
