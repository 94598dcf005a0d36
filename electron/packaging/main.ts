/**
 * `node electron/packaging/main.ts [--trial]`: packages the desktop app into dist/desktop, on the Electron that package.json pins,
 * found where ELECTRON_OVERRIDE_DIST_PATH or npm's download has it. `--trial` takes any Electron that is here: not to be given to people.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import packageJson from '../../package.json' with { type: 'json' };
import { findElectron } from '../find-electron.ts';
import { packageDesktop } from './package-desktop.ts';
import { productSettings } from './product-settings.ts';
import { requireReleaseVersion } from './release-version.ts';

const { values } = parseArgs({ options: { trial: { type: 'boolean', default: false } } });
const repository = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const electron = findElectron(repository);
if (electron === null)
  throw new Error('no Electron binary was found: set ELECTRON_OVERRIDE_DIST_PATH to the folder of one');
if (!values.trial) requireReleaseVersion(electron.version, packageJson.devDependencies.electron);
const executable = await packageDesktop({
  repository,
  renderer: join(repository, 'dist', 'renderer'),
  out: join(repository, 'dist', 'desktop'),
  runtime: { dist: dirname(electron.executable), version: electron.version },
  settings: productSettings,
});
console.log(executable);
