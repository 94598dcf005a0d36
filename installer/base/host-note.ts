import { z } from 'zod';
import { type Frame, FrameError } from './frames.ts';

/**
 * From the window's process to the engine: a new page is there. The engine drops all peer state of the page before (its
 * request ids start over) and answers with the same number; peer frames it wrote before that answer belong to nobody.
 */
export const windowNote = z.strictObject({ session: z.int().min(1) });
export type WindowNote = z.infer<typeof windowNote>;

/** From the engine to the window's process: once at its start (session 0), for each new session, and when runs start or end. */
export const engineNote = z.strictObject({ session: z.int().min(0), running: z.boolean() });
export type EngineNote = z.infer<typeof engineNote>;

export function noteFrame(note: WindowNote | EngineNote): Frame {
  return { kind: 'host', body: JSON.stringify(note) };
}

/** The note in a host frame's body. Throws FrameError when it is none. */
export function readNote<T>(schema: z.ZodType<T>, body: string): T {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new FrameError('a note is not JSON', { cause });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new FrameError('a note has an unknown shape', { cause: parsed.error });
  return parsed.data;
}
