import { join } from 'node:path';
import { buildElectron } from '../build.ts';
import type { ElectronRuntime } from '../runtime/cached-runtime.ts';
import type { Settings } from '../settings.ts';
import type { FuseName } from './fuses.ts';
import { packageApp } from './package-app.ts';
import { stageEngine } from './stage-engine.ts';

export interface DesktopOptions {
  /** The root folder of the sources, with node_modules. */
  repository: string;
  /** The built pages (dist/renderer). */
  renderer: string;
  /** Below it `app/` and `linux-unpacked/` are made. */
  out: string;
  runtime: ElectronRuntime;
  settings: Settings;
  /** Fuses that a test needs otherwise than they ship. */
  fuses?: Partial<Record<FuseName, boolean>>;
}

/** The whole desktop app as a folder: window, pages, engine and its Node.js. Gives the executable's path. */
export async function packageDesktop({
  repository,
  renderer,
  out,
  settings,
  ...rest
}: DesktopOptions): Promise<string> {
  const app = join(out, 'app');
  await buildElectron({ out: app, renderer, settings });
  return packageApp({ ...rest, app, out, addEngine: (folder) => stageEngine(repository, folder) });
}
