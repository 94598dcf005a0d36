import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Connection, ConnectionState } from './connection.ts';

export const ConnectionContext = createContext<Connection | null>(null);

export function useConnection(): ConnectionState {
  const connection = useContext(ConnectionContext);
  if (connection === null) throw new Error('no connection above this component');
  return useSyncExternalStore(connection.subscribe, connection.snapshot);
}
