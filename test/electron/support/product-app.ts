import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'vite';
import { packageDesktop } from '../../../electron/packaging/package-desktop.ts';
import { productSettings } from '../../../electron/packaging/product-settings.ts';
import { ensureElectronRuntime } from '../../../electron/runtime/fetch-runtime.ts';
import type { Site } from '../../site/site.ts';
import { fusesForPlaywright, setUpSandbox } from './fixture-app.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '');

export interface ProductApp {
  executable: string;
  /** Becomes root and enters the site: what sudo is allowed to run for the suite's user, word for word. */
  elevated: readonly string[];
}

/**
 * Packages the real wizard with the real engine. Two things differ from what people get: the data folder is the site's, and in
 * place of pkexec sudo takes the engine into the site, where the Docker Engine is.
 */
export async function packageProduct(dir: string, site: Site, media: string): Promise<ProductApp> {
  const renderer = join(dir, 'renderer');
  await bundle({
    configFile: join(repository, 'renderer', 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: renderer, emptyOutDir: true },
  });
  const engine = [
    ...productSettings.engine.map((part) => (part === '/var/lib/airgap-installer' ? site.dataDir : part)),
    ...['--media', media],
  ];
  const { PATH = '', DOCKER_HOST = '', DOCKER_CONFIG = '' } = site.env;
  const settings = [`PATH=${PATH}`, `DOCKER_HOST=${DOCKER_HOST}`, `DOCKER_CONFIG=${DOCKER_CONFIG}`];
  const [, ...inside] = site.netns.enter(['/usr/bin/env', ...settings]);
  // sudoers(5) knows a command by its whole path.
  const enter = ['/usr/bin/nsenter', ...inside];
  const executable = await packageDesktop({
    repository,
    renderer,
    out: join(dir, 'product'),
    runtime: await ensureElectronRuntime(() => undefined),
    settings: { engine, elevate: ['/usr/bin/sudo', '-n', ...enter] },
    fuses: fusesForPlaywright,
  });
  await setUpSandbox(executable);
  const resources = join(executable, '..', 'resources');
  return { executable, elevated: [...enter, ...engine].map((part) => part.replaceAll('{resources}', resources)) };
}
