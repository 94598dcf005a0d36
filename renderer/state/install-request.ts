import type { Confirmed, InstallRequest, PlanRequest } from '../../installer/contract/requests.ts';
import type { Draft } from './draft.ts';

export function planRequest({ bundle, root, answers, tier, overrides, compared }: Draft): PlanRequest {
  return {
    bundle,
    root,
    answers,
    tier,
    overrides: [...overrides],
    compared: compared !== null,
    officer: null,
  };
}

export function installRequest(draft: Draft, confirmed: Confirmed): InstallRequest {
  return { ...planRequest(draft), confirmed };
}
