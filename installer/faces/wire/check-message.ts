import { z } from 'zod';

/** Why a message never reached the contract. */
export type Refusal = 'NOT_TEXT' | 'TOO_LARGE' | 'TOO_DEEP' | 'NOT_JSON' | 'ENVELOPE' | 'TOO_MANY';

/** Bytes of a message to the engine; requests are small, only the product definition within one is larger. */
export const maxMessageBytes = 1024 * 1024;
const maxDepth = 24;

const id = z.string().regex(/^[0-9A-Za-z_-]{1,32}$/);

/**
 * What our own clients send: a call with plain JSON, or its cancellation. Of oRPC's wire format nothing else is let in:
 * no methods but POST, no headers, no files, no client event streams, no special types.
 */
const envelope = z.union([
  z.strictObject({
    i: id,
    p: z.strictObject({
      u: z.string().regex(/^(\/[A-Za-z]{1,32}){1,2}$/),
      b: z.strictObject({ json: z.unknown().optional(), meta: z.tuple([]).optional() }).optional(),
    }),
  }),
  z.strictObject({ i: id, t: z.literal(4) }),
]);

export type CheckedMessage =
  | { ok: true; id: string; kind: 'call' | 'abort'; text: string }
  | { ok: false; why: Refusal };

export function checkMessage(data: unknown): CheckedMessage {
  if (typeof data !== 'string') return { ok: false, why: 'NOT_TEXT' };
  if (Buffer.byteLength(data) > maxMessageBytes) return { ok: false, why: 'TOO_LARGE' };
  if (isTooDeep(data)) return { ok: false, why: 'TOO_DEEP' };
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return { ok: false, why: 'NOT_JSON' };
  }
  const parsed = envelope.safeParse(value);
  if (!parsed.success) return { ok: false, why: 'ENVELOPE' };
  // Written anew: duplicate keys and the like are gone, what was checked is what is handed on.
  const kind = 't' in parsed.data ? 'abort' : 'call';
  return { ok: true, id: parsed.data.i, kind, text: JSON.stringify(parsed.data) };
}

/** Before parsing: whatever walks the value afterwards may recurse. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '[' || char === '{') {
      if (++depth > maxDepth) return true;
    } else if (char === ']' || char === '}') depth--;
  }
  return false;
}
