import type { SmokeContext, Verdict } from './verdict.ts';

const over: ReadonlySet<string> = new Set(['exited', 'removed']);

/** Every container runs an image of the bundle, by its digest, out of the site's registry. */
export async function testImageOrigin({ runtime, files, registry, images, signal }: SmokeContext): Promise<Verdict> {
  const allowed = new Set(images.map(({ name, digest }) => `${registry}/${name}@${digest}`));
  const running = (await runtime.list(files, signal)).filter(({ state }) => !over.has(state));
  const foreign = running.filter(({ imageRef }) => !allowed.has(imageRef));
  const named = foreign.map(({ service, imageRef }) => `${service}: ${imageRef}`).join(', ');
  return {
    pass: running.length > 0 && foreign.length === 0,
    expected: `all from ${registry}/…@sha256:`,
    measured: `${running.length - foreign.length}/${running.length}${named === '' ? '' : ` (${named})`}`,
    params: {
      service: foreign.map(({ service }) => service).join(', '),
      image: foreign.map(({ imageRef }) => imageRef).join(', '),
    },
  };
}
