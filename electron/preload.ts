import { contextBridge, ipcRenderer } from 'electron';
import { stands } from './defences.ts';
import { portChannel, portHere, portWanted } from './ipc.ts';

/**
 * Brings the page one message port to the engine, each time it asks, and nothing else: no function and no object of
 * Electron is reachable from the page.
 */
const own = () => window.location.origin;

window.addEventListener('message', (event) => {
  const asked = event.source === window && event.origin === own() && event.data?.type === portWanted;
  if (asked) ipcRenderer.send(portChannel);
});

ipcRenderer.on(portChannel, (event) => {
  window.postMessage({ type: portHere }, own(), event.ports);
});

if (!stands('exposure')) {
  const send = (channel: string, value: unknown) => ipcRenderer.send(channel, value);
  contextBridge.exposeInMainWorld('ipc', { send });
}
