import type { InstallRequest } from '../../installer/contract/requests.ts';
import type { Draft } from './draft.ts';

export function installRequest({ bundle, root, answers, tier, overrides }: Draft): InstallRequest {
  return { bundle, root, answers, tier, overrides: [...overrides] };
}
