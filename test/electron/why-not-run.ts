import { ensureElectronRuntime, RuntimeHashError } from '../../electron/runtime/fetch-runtime.ts';
import { ensureDesktopPackages } from './packages.ts';

/** Why the desktop suite cannot run on this machine, for whoever runs the tests; null where it can. Fetches what is missing. */
export async function whyNotRun(log: (line: string) => void): Promise<string | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return `no Electron for ${process.platform}-${process.arch}`;
  if (process.getuid?.() !== 0) return 'it needs root: it makes a user and a setuid sandbox helper';
  try {
    await ensureDesktopPackages(log);
    await ensureElectronRuntime(log);
    return null;
  } catch (error) {
    // That is no machine without an Electron: the suites are to fail on it.
    if (error instanceof RuntimeHashError) return null;
    return error instanceof Error ? error.message : String(error);
  }
}
