/** The demo product's bundle, created a second time from the same inputs, is the same to the last byte. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createBundle } from '../../bundles/create.ts';
import { hashFile } from '../../installer/base/hash.ts';
import { bundleManifest } from '../../installer/contract/manifest.ts';
import { tinyModel } from '../site/demo-bundle.ts';
import { ensureImages } from '../standins/ensure-images.ts';

const demo = inject('demo');
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp('/var/tmp/airgap-again-');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function digests(bundle: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(bundle, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(bundle.length)] = (await hashFile(path)).digest;
  }
  return found;
}

it('bundle create of the demo product twice gives identical bytes', async () => {
  const { archives } = await ensureImages(() => undefined);
  const { created } = bundleManifest.parse(JSON.parse(await readFile(join(demo.bundle, 'bundle.json'), 'utf8')));
  const out = join(dir, 'bundle');
  await createBundle(
    {
      productDir: join(import.meta.dirname, '../../bundles/products/codegraph'),
      ...{ out, images: archives, models: [{ path: tinyModel }], release: 1 },
      ...{ rootFile: demo.root, signKeys: [demo.signKey], created: new Date(created) },
    },
    { signal: new AbortController().signal, onEvent: () => undefined },
  );
  const first = await digests(demo.bundle);
  expect(Object.keys(first).length).toBeGreaterThan(50);
  expect(await digests(out)).toEqual(first);
});
