import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'vite';
import type { Defence } from './defences.ts';
import { type Settings, settingsSchema } from './settings.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

export interface BuildOptions {
  /** The folder that becomes the app: main.cjs, preload.cjs, settings.json, package.json, renderer/. Made anew. */
  out: string;
  /** A built renderer (dist/renderer). */
  renderer: string;
  settings: Settings;
  /** Defences left out, in the suite's own builds. */
  weakened?: readonly Defence[];
}

/**
 * Bundles main and preload to CommonJS: a sandboxed preload can be nothing else in any Electron, main could not be ES modules
 * before 28. Syntax of Node 18, so that Electron 25 runs it too.
 */
export async function buildElectron({ out, renderer, settings, weakened = [] }: BuildOptions): Promise<void> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const entry of ['main', 'preload'] as const) {
    await bundle({
      configFile: false,
      root: here,
      logLevel: 'warn',
      define: { __WEAKENED__: JSON.stringify(weakened) },
      ssr: { noExternal: true, external: ['electron'] },
      build: {
        ssr: join(here, `${entry}.ts`),
        outDir: out,
        emptyOutDir: false,
        target: 'node18',
        minify: false,
        rollupOptions: { output: { format: 'cjs', entryFileNames: `${entry}.cjs` } },
      },
    });
  }
  await writeFile(join(out, 'settings.json'), JSON.stringify(settingsSchema.parse(settings)));
  await writeFile(
    join(out, 'package.json'),
    JSON.stringify({
      name: 'airgap-installer',
      productName: 'Air-gap Installer',
      description: 'Brings an AI product onto an isolated machine',
      author: 'The airgap-installer authors',
      version: '0.1.0',
      main: 'main.cjs',
    }),
  );
  await cp(renderer, join(out, 'renderer'), { recursive: true });
}
