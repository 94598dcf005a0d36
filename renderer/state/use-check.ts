import { useCallback, useEffect, useState } from 'react';
import type { CheckResult } from '../../installer/contract/requests.ts';
import { useConnection } from '../client/use-connection.ts';
import type { CallState } from './call-state.ts';
import type { Draft } from './draft.ts';
import { checkRequest } from './install-request.ts';
import { useCall } from './use-call.ts';

export interface Checking {
  checking: CallState<CheckResult>;
  /** The last result for this medium, to be looked at while another is on its way. */
  seen: CheckResult | null;
  /** The result for all that is chosen now; null while it is not there: nothing goes on from an older one. */
  checked: CheckResult | null;
  check: () => void;
}

interface Answered {
  key: string;
  medium: string;
  result: CheckResult;
}

/** Looks at the machine whenever a page needs it, and again with every change of what it is judged by. */
export function useCheck(draft: Draft, wanted: boolean, page: string): Checking {
  const { client } = useConnection();
  const [checking, start] = useCall<CheckResult>();
  const [answered, setAnswered] = useState<Answered | null>(null);
  const request = checkRequest(draft);
  const key = JSON.stringify(request);
  const medium = JSON.stringify([request.bundle, request.root]);
  const check = useCallback(() => {
    start(
      (engine, signal) => engine.check(JSON.parse(key), { signal }),
      (result) => setAnswered({ key, medium, result }),
    );
  }, [start, key, medium]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that comes into view looks anew
  useEffect(() => {
    if (client !== null && wanted) check();
  }, [client, wanted, check, page]);
  const seen = answered?.medium === medium ? answered.result : null;
  // What is being looked at anew, or could not be, is not known.
  const current = answered?.key === key && checking.kind === 'done';
  return { checking, seen, checked: current ? seen : null, check };
}
