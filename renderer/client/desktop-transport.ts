import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { enginePort, onDesktopMessage } from './desktop-port.ts';
import type { Closed, EngineClient, OpenTransport } from './transport.ts';

const portOffered = 'airgap-port';

/** The desktop's preload hands over a message port when it is asked for one, and a new one when the engine was restarted. */
export const openDesktopTransport: OpenTransport = async (signal) => {
  const port = await askForPort(signal);
  const client: EngineClient = createORPCClient(new RPCLink({ port: enginePort(port) }));
  const ended = new AbortController();
  const closed = new Promise<Closed>((resolve) => {
    const end = () => {
      stopListening();
      port.close();
      // The app starts its engine again for whoever asks for a port.
      resolve('lost');
    };
    const stopListening = onDesktopMessage((message) => {
      if (message.desktop === 'engine' && (!message.alive || message.elevated === true)) ended.abort();
    });
    ended.signal.addEventListener('abort', end, { once: true });
    port.addEventListener('close', () => ended.abort(), { once: true });
    window.addEventListener('message', (event) => offeredPort(event) && ended.abort(), { signal: ended.signal });
  });
  port.start();
  return { client, closed, close: () => ended.abort() };
};

function askForPort(signal: AbortSignal): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const give = () => {
      done.abort();
      reject(new Error('no port'));
    };
    signal.addEventListener('abort', give, { once: true, signal: done.signal });
    window.addEventListener(
      'message',
      (event) => {
        const port = offeredPort(event);
        if (port === undefined) return;
        done.abort();
        resolve(port);
      },
      { signal: done.signal },
    );
    window.postMessage({ type: 'airgap-port-wanted' }, location.origin);
  });
}

function offeredPort(event: MessageEvent): MessagePort | undefined {
  if (event.source !== window || event.origin !== location.origin) return undefined;
  const data: unknown = event.data;
  const offered = typeof data === 'object' && data !== null && 'type' in data && data.type === portOffered;
  return offered ? event.ports[0] : undefined;
}
