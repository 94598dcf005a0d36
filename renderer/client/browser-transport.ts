import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { takeToken } from './token.ts';
import { type Closed, type OpenTransport, SessionRefused } from './transport.ts';

/** With these an engine says that it ends, in good order or not: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const goodbyes: readonly number[] = [1001, 1011];

/** The engine's HTTP face: a one-time token becomes a cookie, the rest goes over one WebSocket. */
export const openBrowserTransport: OpenTransport = async (signal) => {
  await exchangeToken(signal);
  const url = new URL('./rpc', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  const socket = new WebSocket(url);
  const closed = new Promise<Closed>((resolve) => {
    const onClose = ({ code }: CloseEvent) => resolve(goodbyes.includes(code) ? 'ended' : 'lost');
    socket.addEventListener('close', onClose, { once: true });
  });
  const abort = () => socket.close();
  signal.addEventListener('abort', abort);
  const opened = await new Promise<boolean>((resolve) => {
    socket.addEventListener('open', () => resolve(true), { once: true });
    void closed.then(() => resolve(false));
  });
  signal.removeEventListener('abort', abort);
  if (!opened) {
    if (await sessionIsRefused(signal)) throw new SessionRefused();
    throw new Error('no connection');
  }
  return { client: createORPCClient(new RPCLink({ websocket: socket })), closed, close: () => socket.close() };
};

async function exchangeToken(signal: AbortSignal): Promise<void> {
  const token = takeToken(location, history);
  if (token === null) return;
  const response = await fetch(new URL('./session', location.href), {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
    signal,
  });
  // A token that was used before is refused; the cookie it was exchanged for may still be good.
  if (!response.ok && response.status >= 500) throw new Error(`HTTP ${response.status}`);
}

/**
 * A browser does not say why a WebSocket could not be opened: when the page's own files still come, it is the session that is
 * not taken.
 */
async function sessionIsRefused(signal: AbortSignal): Promise<boolean> {
  const response = await fetch(new URL('./', location.href), { method: 'HEAD', cache: 'no-store', signal });
  return response.ok;
}
