import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectBundle, verifyWholeBundle } from '../../installer/engine/bundle-view.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { makeTinyBundle } from '../fixtures/make-bundle.ts';
import { flipByte } from '../fixtures/resign.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();

async function drain<Value, Result>(
  steps: AsyncGenerator<Value, Result>,
): Promise<{ values: Value[]; result: Result }> {
  const values: Value[] = [];
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return { values, result: step.value };
    values.push(step.value);
  }
}

describe('bundle inspect', () => {
  it('shows what a bundle says, and that nobody verified it', async () => {
    const bundle = await makeTinyBundle(await workDir());
    expect(await inspectBundle(bundle.dir)).toMatchObject({
      verified: false,
      manifestDigest: bundle.result.manifestDigest,
      signers: [],
    });
  });

  it('refuses what is no bundle', async () => {
    const dir = await workDir();
    expect(await errorOf(inspectBundle(dir))).toMatchObject({ code: 'BUNDLE_NOT_FOUND' });
    expect(await errorOf(inspectBundle(join(dir, 'x')))).toMatchObject({ code: 'BUNDLE_NOT_FOUND' });
    await writeFile(join(dir, 'bundle.json'), '{}');
    expect(await errorOf(inspectBundle(dir))).toMatchObject({ code: 'BUNDLE_FORMAT' });
  });
});

describe('bundle verify', () => {
  const whole = (dir: string, root: string) => verifyWholeBundle({ dir, root }, new AbortController().signal);

  it('gives the verified view with its signer', async () => {
    const bundle = await makeTinyBundle(await workDir());
    const { result } = await drain(whole(bundle.dir, bundle.rootFile));
    expect(result).toMatchObject({ verified: true, manifestDigest: bundle.result.manifestDigest });
    expect(result.signers.map(({ role }) => role)).toContain('bundle');
  });

  it('finds one changed byte in any file, and says which', async () => {
    const bundle = await makeTinyBundle(await workDir());
    const [model] = bundle.result.manifest.models;
    await flipByte(join(bundle.dir, model?.path ?? ''), 5000);
    expect(await errorOf(drain(whole(bundle.dir, bundle.rootFile)))).toMatchObject({
      code: 'BUNDLE_FILE_CHANGED',
      params: { file: model?.path },
    });
  });
});
