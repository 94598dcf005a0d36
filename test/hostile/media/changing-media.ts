import type { Media } from '../../../installer/ports/media.ts';
import { type Files, memoryMedia } from '../../fixtures/trust-medium.ts';

/** What a path answers on its first, second … opening; the last answer stays. null: as if it were not there. */
export type Answers = Record<string, readonly (Buffer | null | 'good')[]>;

/** A stick with a controller of its own: what it gives out depends on how often it was asked. */
export function changingMedia(files: Files, answers: Answers): Media & { opened: Map<string, number> } {
  const opened = new Map<string, number>();
  const now = (path: string): Media => {
    const count = opened.get(path) ?? 0;
    opened.set(path, count + 1);
    const said = answers[path];
    const answer = said?.[Math.min(count, said.length - 1)] ?? (said === undefined ? 'good' : null);
    if (answer === 'good') return memoryMedia(files);
    const changed = new Map(files);
    if (answer === null) changed.delete(path);
    else changed.set(path, answer);
    return memoryMedia(changed);
  };
  return {
    dir: '/changing',
    opened,
    list: () => memoryMedia(files).list(),
    read: (path, maxBytes) => now(path).read(path, maxBytes),
    stream: (path, range) => now(path).stream(path, range),
  };
}
