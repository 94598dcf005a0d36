import type { FoundElectron } from './find-electron.ts';

/** Why no window can be opened here, for a person; null where one can. */
export function whyNoWindow(
  electron: FoundElectron | null,
  renderer: boolean,
  env: NodeJS.ProcessEnv = process.env,
  uid = process.getuid?.() ?? 0,
): string | null {
  if (electron === null) return 'no Electron binary was found (npm does not install one)';
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)';
  if (uid === 0) return 'this is root, and the window never runs as root: start it as the user who is logged in';
  if (!renderer) return 'the wizard’s pages have not been built';
  return null;
}
