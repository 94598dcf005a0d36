import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBundle } from '../../bundles/create.ts';
import type { BundleManifest } from '../../installer/contract/manifest.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { verifyBundle } from '../../installer/trust/verify-bundle.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { makeTinyBundle, tinyModel } from '../fixtures/make-bundle.ts';
import { resign } from '../fixtures/resign.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();

/** A delta bundle whose manifest somebody with a valid key has changed and signed again. */
async function verdictOn(change: (manifest: BundleManifest) => void) {
  const dir = await workDir();
  const base = await makeTinyBundle(dir);
  const out = join(dir, 'delta');
  await createBundle(
    {
      ...{ productDir: base.productDir, out, images: [base.archive], models: [{ path: tinyModel }], release: 2 },
      ...{ rootFile: base.rootFile, signKeys: base.keys, created: new Date(0), base: base.dir },
      platform: { os: 'linux', architecture: 'amd64' },
    },
    { signal: new AbortController().signal, onEvent: () => undefined },
  );
  await resign({ ...base, dir: out }, change);
  return verifyBundle({ media: await openMedia(out), root: base.rootFile });
}

function first(manifest: BundleManifest, prefix: string) {
  const found = manifest.assumed?.find(({ path }) => path.startsWith(prefix));
  if (found === undefined) throw new Error(`nothing below ${prefix} is assumed`);
  return found;
}

const zeros = `sha256:${'0'.repeat(64)}`;

describe('what a delta bundle may leave to the site', () => {
  it('is accepted as it was made', async () => {
    const bundle = await verdictOn(() => undefined);
    expect(bundle.manifest.assumed?.length).toBeGreaterThan(3);
  });

  const lies: [string, string, (manifest: BundleManifest) => void][] = [
    ['files assumed of no base', 'BUNDLE_FORMAT', (manifest) => delete manifest.base],
    ['a base of which nothing is assumed', 'BUNDLE_FORMAT', (manifest) => delete manifest.assumed],
    ['a base that is not older', 'BUNDLE_FORMAT', (manifest) => Object.assign(manifest.base ?? {}, { release: 2 })],
    [
      'a blob under another name',
      'BUNDLE_FORMAT',
      (manifest) => Object.assign(first(manifest, 'blobs/'), { digest: zeros }),
    ],
    ['a blob of another size', 'BUNDLE_FORMAT', (manifest) => Object.assign(first(manifest, 'blobs/'), { size: 1 })],
    [
      'a model that is another one',
      'BUNDLE_FORMAT',
      (manifest) => Object.assign(first(manifest, 'models/'), { digest: zeros }),
    ],
    [
      'a file of the product',
      'BUNDLE_FORMAT',
      (manifest) => manifest.assumed?.push({ path: 'product/x', size: 1, digest: zeros }),
    ],
    [
      'the index of the images',
      'BUNDLE_FORMAT',
      (manifest) => manifest.assumed?.push({ path: 'other', size: 1, digest: zeros }),
    ],
    [
      'bundle.json',
      'BUNDLE_NAME_COLLISION',
      (manifest) => manifest.assumed?.push({ path: 'bundle.json', size: 1, digest: zeros }),
    ],
    [
      'a file that is on the medium too',
      'BUNDLE_NAME_COLLISION',
      (manifest) => manifest.assumed?.push({ path: 'index.json', size: 1, digest: zeros }),
    ],
    ['one file twice', 'BUNDLE_NAME_COLLISION', (manifest) => manifest.assumed?.push(first(manifest, 'models/'))],
    [
      'names that differ by case',
      'BUNDLE_NAME_COLLISION',
      (manifest) =>
        manifest.assumed?.push({ ...first(manifest, 'sbom/'), path: first(manifest, 'sbom/').path.toUpperCase() }),
    ],
    [
      'less than its images need',
      'BUNDLE_FORMAT',
      (manifest) => manifest.assumed?.splice(manifest.assumed.indexOf(first(manifest, 'blobs/')), 1),
    ],
    [
      'a path that leads outside',
      'BUNDLE_FORMAT',
      (manifest) => manifest.assumed?.push({ path: 'models/../../x', size: 1, digest: zeros }),
    ],
    [
      'more than it can say',
      'BUNDLE_FORMAT',
      (manifest) => Object.assign(first(manifest, 'models/'), { from: '/etc/passwd' }),
    ],
  ];
  it.each(lies)('%s: refused', async (_, code, change) => {
    expect(await errorOf(verdictOn((manifest) => void change(manifest)))).toMatchObject({ code });
  });
});
