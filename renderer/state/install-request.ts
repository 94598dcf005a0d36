import type { CheckRequest, Confirmed, InstallRequest, PlanRequest } from '../../installer/contract/requests.ts';
import { type Draft, officerOf, paths } from './draft.ts';

export function planRequest(draft: Draft): PlanRequest {
  const { answers, tier, overrides, compared } = draft;
  const { dir: bundle, root } = paths(draft);
  return { bundle, root, answers, tier, overrides, compared: compared !== null, officer: officerOf(draft) };
}

export function installRequest(draft: Draft, confirmed: Confirmed): InstallRequest {
  return { ...planRequest(draft), confirmed };
}

/** A chosen bundle is always part of the question: with less than the run will use, no machine is called ready. */
export function checkRequest(draft: Draft): CheckRequest {
  const { answers, tier, overrides } = draft;
  const { dir, root } = paths(draft);
  const chosen = dir === '' ? { bundle: null, root: null } : { bundle: dir, root };
  return { ...chosen, product: null, answers, tier, overrides, officer: officerOf(draft) };
}
