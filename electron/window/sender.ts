import type { BrowserWindow, IpcMainEvent } from 'electron';
import { stands } from '../defences.ts';
import { isOwn } from '../origin.ts';

/** Whether a message comes from the top frame of the wizard's own window, and that frame still shows the wizard. */
export function isOwnSender(event: IpcMainEvent, window: BrowserWindow): boolean {
  if (!stands('sender')) return true;
  const frame = event.senderFrame;
  if (frame === null || window.isDestroyed()) return false;
  const { mainFrame } = window.webContents;
  const top = frame.processId === mainFrame.processId && frame.routingId === mainFrame.routingId;
  return event.sender === window.webContents && top && isOwn(frame.url);
}
