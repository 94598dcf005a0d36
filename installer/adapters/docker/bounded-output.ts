import { afterCutWord } from '../../base/foreign-text.ts';

/** What is kept of a command's output, per stream, in bytes. */
export const maxOutputBytes = 1024 * 1024;

export interface BoundedOutput {
  add(chunk: Uint8Array): void;
  /** UTF-8 text; says in its first line how much was dropped. */
  text(): string;
}

/**
 * Keeps the last `maxBytes` of what is added: the end of an output tells what happened. What is kept never begins within a
 * word: whoever takes secrets out of it later would not know half of one.
 */
export function boundedOutput(maxBytes = maxOutputBytes): BoundedOutput {
  let chunks: Uint8Array[] = [];
  let kept = 0;
  let dropped = 0;
  const trim = () => {
    const whole = Buffer.concat(chunks);
    const tail = whole.subarray(Math.max(0, whole.length - maxBytes));
    dropped += whole.length - tail.length;
    chunks = [tail];
    kept = tail.length;
  };
  return {
    add(chunk) {
      chunks.push(chunk);
      kept += chunk.length;
      // twice the bound before trimming, so that each byte is copied a bounded number of times
      if (kept > 2 * maxBytes) trim();
    },
    text() {
      trim();
      const whole = Buffer.concat(chunks);
      if (dropped === 0) return whole.toString('utf8');
      const from = afterCutWord(whole);
      return `[${dropped + from} bytes before this were dropped]\n${whole.toString('utf8', from).trimStart()}`;
    },
  };
}
