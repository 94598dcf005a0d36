/** `npm run build`: the wizard's pages in dist/renderer; does nothing where they are what the sources would give. */
import { ensureRenderer } from './ensure.ts';

const started = performance.now();
if (await ensureRenderer()) console.error(`built the wizard's pages in ${Math.round(performance.now() - started)} ms`);
