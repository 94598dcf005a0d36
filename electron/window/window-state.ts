import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BrowserWindow, Rectangle } from 'electron';
import { z } from 'zod';
import { stands } from '../defences.ts';
import { log } from '../log.ts';

export const smallest = { width: 800, height: 600 };
export const usual = { width: 1280, height: 860 };

/** Size and place of the window in device-independent pixels. */
const windowState = z.strictObject({
  x: z.int().min(-100_000).max(100_000),
  y: z.int().min(-100_000).max(100_000),
  width: z.int().min(smallest.width).max(20_000),
  height: z.int().min(smallest.height).max(20_000),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowState>;

/** The state of last time; null where there is none, where the file is damaged, or where no screen shows that place now. */
export function readWindowState(file: string, screens: readonly Rectangle[]): WindowState | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null; // The first start has none.
  }
  try {
    if (!stands('windowStateChecks')) return JSON.parse(text) as WindowState;
    const state = windowState.parse(JSON.parse(text));
    return screens.some((screen) => shows(screen, state)) ? state : null;
  } catch (error) {
    log('window-state-ignored', { reason: error instanceof Error ? error.name : 'unknown' });
    return null;
  }
}

/** Enough of the window is on the screen to take hold of it. */
function shows(screen: Rectangle, state: WindowState): boolean {
  const across = Math.min(screen.x + screen.width, state.x + state.width) - Math.max(screen.x, state.x);
  const down = Math.min(screen.y + screen.height, state.y + state.height) - Math.max(screen.y, state.y);
  return across >= 200 && down >= 100;
}

/** Written when the window closes; a failure to write it is said and changes nothing else. */
export function keepWindowState(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      log('window-state-not-kept', { reason: error instanceof Error ? error.message : String(error) });
    }
  });
}
