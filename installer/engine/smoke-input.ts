import type { BundleImage } from '../contract/manifest.ts';
import type { ProductDefinition } from '../contract/product.ts';
import { takesAway } from '../contract/takes-away.ts';
import type { Journal } from '../ports/journal.ts';
import type { StackFiles } from '../ports/runtime.ts';
import type { SmokeInput, SmokeOutput } from '../smoke/smoke-input.ts';
import { llmSmokeTests } from './llm-smoke.ts';
import type { EnginePorts } from './ports.ts';
import type { ReleaseSecrets } from './secrets.ts';

export interface SmokeSource {
  files: StackFiles & { smoke: ProductDefinition['smoke'] };
  secrets: ReleaseSecrets;
  model: { path: string; nCtx: number; nThreads: number };
  images: readonly Pick<BundleImage, 'name' | 'digest'>[];
  registry: string;
  loginsProven: ReadonlyMap<string, number>;
  unchanged: SmokeOutput | undefined;
  signal: AbortSignal;
}

/** The product's smoke tests with placeholders filled in, and the language model's two. */
export function smokeInput(ports: EnginePorts, source: SmokeSource): SmokeInput {
  const { files, secrets, model, signal } = source;
  const { llm, tests } = files.smoke;
  const { runtime } = ports;
  const extra =
    llm === undefined
      ? []
      : llmSmokeTests({
          test: llm,
          llm: ports.llm,
          runtime,
          files,
          modelPath: model.path,
          nCtx: model.nCtx,
          nThreads: model.nThreads,
          redact: secrets.redact,
          signal,
        });
  return {
    tests,
    env: secrets.env,
    loginsProven: source.loginsProven,
    runtime,
    files,
    registry: source.registry,
    images: source.images,
    redact: secrets.redact,
    extra,
    unchanged: source.unchanged,
  };
}

/** The results of the newest smoke test of this site, when all of it passed; else it has to be run again. */
export function previousSmoke(journal: Journal): SmokeOutput | undefined {
  for (const run of journal.runs(1000)) {
    if (takesAway(run.action)) return undefined;
    if (run.finishedAt === null || run.action === 'check' || run.outcome === 'unchanged') continue;
    const results = journal
      .events(run.id)
      .flatMap(({ event: { body } }) => (body.kind === 'smoke' ? [body.result] : []));
    return run.outcome === 'done' && results.length > 0 ? { results, isolation: null } : undefined;
  }
  return undefined;
}
