import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { InstallerError } from '../base/errors.ts';
import type { SmokeTest } from '../contract/product.ts';
import { askHttp } from './http-request.ts';
import { parseJson } from './parse-json.ts';
import { lastWords } from './pattern.ts';
import type { SmokeContext, Verdict } from './verdict.ts';

/** https://prometheus.io/docs/prometheus/latest/querying/api/#targets */
const targetsAnswer = z.object({
  status: z.literal('success'),
  data: z.object({
    activeTargets: z
      .array(
        z.object({
          labels: z.record(z.string(), z.string()),
          health: z.string(),
          lastError: z.string().optional(),
        }),
      )
      .max(10_000),
  }),
});

/**
 * Prometheus has all targets of the job as up, and at least one. A target is unknown until the first scrape after its
 * start, so the test looks again until the time limit.
 */
export async function testPrometheusTarget(
  test: Extract<SmokeTest, { kind: 'prometheusTarget' }>,
  context: SmokeContext,
): Promise<Verdict> {
  const deadline = performance.now() + context.limits.targetMs;
  let verdict = await look(test, context);
  while (!verdict.pass && performance.now() + context.limits.pollMs < deadline) {
    await wait(context.limits.pollMs, undefined, { signal: context.signal }).catch((cause: unknown) => {
      throw new InstallerError('CANCELLED', { cause });
    });
    verdict = await look(test, context);
  }
  return verdict;
}

async function look(
  { url, job }: Extract<SmokeTest, { kind: 'prometheusTarget' }>,
  context: SmokeContext,
): Promise<Verdict> {
  const expected = `${job}: up`;
  const params = { job, url };
  const fail = (measured: string, cause?: unknown): Verdict => ({ pass: false, expected, measured, params, cause });

  const answer = await askHttp(`${url.replace(/\/+$/, '')}/api/v1/targets?state=active`, context);
  if (!answer.answered) return fail(answer.why, answer.cause);
  if (answer.status !== 200) return fail(`HTTP ${answer.status}`);
  const parsed = targetsAnswer.safeParse(parseJson(answer.body));
  if (!parsed.success) return fail('not an answer of Prometheus', parsed.error);

  const targets = parsed.data.data.activeTargets.filter(({ labels }) => labels.job === job);
  if (targets.length === 0) return fail(`${job}: no target`);
  const down = targets.find(({ health }) => health !== 'up');
  if (down !== undefined) return fail(lastWords(`${job}: ${down.health} ${context.redact(down.lastError ?? '')}`));
  return { pass: true, expected, measured: `${job}: up (${targets.length})`, params };
}
