import { mkdtemp, rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { type DemoBundle, makeDemoBundle } from '../../site/demo-bundle.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The demo product's signed bundle, made once for all suites; nobody may change it (copy it with `copyBundle`). */
    demo: DemoBundle;
  }
}

/** Made once: building the images takes minutes on a cold cache, creating the bundle seconds. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp('/var/tmp/airgap-e2e-');
  try {
    project.provide('demo', await makeDemoBundle(dir, console.error));
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
  return () => rm(dir, { recursive: true, force: true });
}
