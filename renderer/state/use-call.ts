import { useCallback, useEffect, useRef, useState } from 'react';
import { toWire } from '../client/to-wire.ts';
import type { EngineClient } from '../client/transport.ts';
import { useConnection } from '../client/use-connection.ts';
import type { CallState } from './call-state.ts';

type Call<T> = (client: EngineClient, signal: AbortSignal) => Promise<T>;

/** One call to the engine at a time: starting another ends the one before, leaving the page ends it too. */
export function useCall<T>(): [CallState<T>, (call: Call<T>, onDone?: (value: T) => void) => void] {
  const { client } = useConnection();
  const [state, setState] = useState<CallState<T>>({ kind: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback(
    (call: Call<T>, onDone?: (value: T) => void) => {
      running.current?.abort();
      const abort = new AbortController();
      running.current = abort;
      if (client === null) {
        setState({ kind: 'failed', error: null });
        return;
      }
      setState({ kind: 'busy' });
      call(client, abort.signal).then(
        (value) => {
          if (abort.signal.aborted) return;
          setState({ kind: 'done', value });
          onDone?.(value);
        },
        (thrown: unknown) => {
          if (!abort.signal.aborted) setState({ kind: 'failed', error: toWire(thrown) });
        },
      );
    },
    [client],
  );
  return [state, start];
}
