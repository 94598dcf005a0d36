/** What the desktop's main process says on the port beside the engine's messages. */
export type DesktopMessage =
  | { desktop: 'engine'; alive: boolean; elevated?: boolean; reason?: string | null }
  | { desktop: 'printedToPdf'; file: string | null };

/** What the page asks of the desktop's main process. */
export type DesktopRequest = { desktop: 'printToPdf'; html: string; name: string } | { desktop: 'elevate' };

/** True in the desktop's window, which serves the page by its own scheme. */
export const inDesktop = location.protocol === 'app:';

const listeners = new Set<(message: DesktopMessage) => void>();
let current: MessagePort | undefined;

/** Hears what the desktop says; call the returned function to stop. */
export function onDesktopMessage(listener: (message: DesktopMessage) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function askDesktop(request: DesktopRequest): void {
  current?.postMessage(request);
}

/** The report as a PDF file in a place that the person chooses; null where they chose none. */
export function printToPdf(html: string, name: string): Promise<string | null> {
  return new Promise((resolve) => {
    const stop = onDesktopMessage((message) => {
      if (message.desktop !== 'printedToPdf') return;
      stop();
      resolve(message.file);
    });
    askDesktop({ desktop: 'printToPdf', html, name });
  });
}

type MessageListener = (event: MessageEvent) => void;

/** The port as the RPC link takes it: text and bytes are the engine's, objects are the desktop's own. */
export function enginePort(port: MessagePort): Pick<MessagePort, 'addEventListener' | 'postMessage'> {
  current = port;
  port.addEventListener('message', ({ data }) => {
    if (isDesktopMessage(data)) for (const listener of listeners) listener(data);
  });
  return {
    postMessage: (data: unknown) => port.postMessage(data),
    addEventListener: (type: string, listener: EventListenerOrEventListenerObject) => {
      port.addEventListener(type, (event) => {
        if (event instanceof MessageEvent && isDesktopMessage(event.data)) return;
        (listener as MessageListener)(event as MessageEvent);
      });
    },
  };
}

function isDesktopMessage(data: unknown): data is DesktopMessage {
  return typeof data === 'object' && data !== null && 'desktop' in data;
}
