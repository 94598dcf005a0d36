import type { Digest } from '../contract/digest.ts';
import { canonicalJson, type Json } from './canonical-json.ts';
import { sha256 } from './hash.ts';

/** The hash that stands before a run's first event: binds the chain to the run. */
export function chainStart(runId: string): Digest {
  return sha256(`airgap-journal-v1:${runId}`);
}

/** The hash of an event row: covers the row and, through `previous`, every row before it. */
export function chainHash(previous: Digest, row: Json): Digest {
  return sha256(`${previous}\n${canonicalJson(row)}`);
}
