import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { sha256 } from '../base/hash.ts';
import type { StepInfo } from '../contract/events.ts';
import type { PlanRequest } from '../contract/requests.ts';
import type { PlanPreview } from '../contract/wizard.ts';
import { type ChangeSource, stepChanges } from './step-changes.ts';

export type ShownPlan = Omit<PlanPreview, 'disk'>;

/**
 * What a person agrees to before an install. Made once for the preview and once more by the run, from the same bundle, product
 * and answers, so that equal digests mean that what was read is what is done.
 */
export function shownPlan(
  source: ChangeSource,
  { overrides }: Pick<PlanRequest, 'overrides'>,
  steps: readonly StepInfo[],
): ShownPlan {
  const shown = {
    steps: [...steps],
    changes: steps.flatMap(({ id }) => stepChanges[id]?.(source).map((text) => ({ step: id, text })) ?? []),
    pointOfNoReturn: steps.find(({ reversible }) => !reversible)?.id ?? null,
    answers: { ...source.answers },
    overrides: [...overrides],
  };
  return { ...shown, digest: sha256(canonicalJson(shown as unknown as Json)) };
}
