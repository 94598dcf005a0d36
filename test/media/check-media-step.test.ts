import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkMedia } from '../../installer/media/check-media-step.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import type { StepContext } from '../../installer/ports/step.ts';
import { readOfficerRoot } from '../../installer/trust/officer-root.ts';
import { verifyMedia } from '../../installer/trust/verify-step.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { makeTinyBundle } from '../fixtures/make-bundle.ts';
import { flipByte } from '../fixtures/resign.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();

function lend(signal = new AbortController().signal): StepContext & { seen: number[] } {
  const seen: number[] = [];
  return {
    signal,
    seen,
    progress: (done) => seen.push(done),
    making: () => undefined,
    isOurs: () => false,
    emit: () => undefined,
  };
}

async function verified() {
  const tiny = await makeTinyBundle(await workDir());
  const media = await openMedia(tiny.dir);
  const root = await readOfficerRoot(tiny.rootFile, media.dir);
  const input = { media, root, confirmed: null, compared: false, installedRelease: null, expectedProduct: null };
  expect(await verifyMedia.check(input, lend())).toBeUndefined();
  const bundle = await verifyMedia.run(input, lend());
  return { tiny, input, bundle };
}

describe('the step verify-media', () => {
  it('gives a verified bundle, and notices another bundle.json in its place', async () => {
    const { tiny, input, bundle } = await verified();
    await verifyMedia.verify(bundle, input, lend());
    await flipByte(join(tiny.dir, 'bundle.json'), 50);
    expect(await errorOf(verifyMedia.verify(bundle, input, lend()))).toMatchObject({ code: 'BUNDLE_FILE_CHANGED' });
  });
});

describe('the step check-media', () => {
  it('hashes every byte, with progress that never goes back', async () => {
    const { bundle, tiny } = await verified();
    const input = { bundle, alreadyInstalled: false };
    const context = lend();
    expect(await checkMedia.check(input, context)).toBeUndefined();
    const output = await checkMedia.run(input, context);
    await checkMedia.verify(output, input, context);
    expect(output.bytes).toBe(tiny.result.bytes);
    expect(context.seen).toEqual([...context.seen].sort((a, b) => a - b));
    expect(context.seen.at(-1)).toBe(tiny.result.bytes);
  });

  it('reads nothing where all is installed', async () => {
    const { bundle } = await verified();
    expect(await checkMedia.check({ bundle, alreadyInstalled: true }, lend())).toEqual({ bytes: 0 });
  });

  it('ends with the abort when cancelled, before and in between', async () => {
    const { bundle } = await verified();
    const input = { bundle, alreadyInstalled: false };
    await expect(checkMedia.run(input, lend(AbortSignal.abort()))).rejects.toMatchObject({ name: 'AbortError' });
    const aborter = new AbortController();
    const context = { ...lend(aborter.signal), progress: () => aborter.abort() };
    await expect(checkMedia.run(input, context)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
