import type { FoundElectron } from './find-electron.ts';
import { sandboxWorks } from './sandbox-here.ts';

export interface Surroundings {
  electron: FoundElectron | null;
  /** Whether the wizard's pages stand built. */
  renderer: boolean;
  env: NodeJS.ProcessEnv;
  uid: number;
  /** Whether Chromium can sandbox its pages here; asked only where all else is there. */
  sandbox: (executable: string) => boolean;
}

/** What this machine and this process offer. */
export function surroundings(electron: FoundElectron | null, renderer: boolean): Surroundings {
  return { electron, renderer, env: process.env, uid: process.getuid?.() ?? 0, sandbox: sandboxWorks };
}

/** Why no window can be opened here, for a person; null where one can. */
export function whyNoWindow({ electron, renderer, env, uid, sandbox }: Surroundings): string | null {
  if (electron === null) return 'no Electron binary was found (npm does not install one)';
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)';
  if (uid === 0) return 'this is root, and the window never runs as root: start it as the user who is logged in';
  if (!renderer) return 'the wizard’s pages have not been built';
  if (!sandbox(electron.executable)) {
    return 'Chromium’s sandbox cannot work here (no user namespaces for ordinary users, chrome-sandbox is not setuid root)';
  }
  return null;
}
