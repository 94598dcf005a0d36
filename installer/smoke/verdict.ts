import type { TextParams } from '../contract/errors.ts';
import type { SmokeInput, SmokeLimits } from './smoke-input.ts';

/** What a test found; expected and measured are shown as they are, in every language. */
export interface Verdict {
  pass: boolean;
  expected: string;
  measured: string;
  /** For the error's text, beside `test`. */
  params?: TextParams;
  /** What lies behind a failure. */
  cause?: unknown;
}

/** What tests work with. */
export interface SmokeContext extends Pick<SmokeInput, 'env' | 'runtime' | 'files' | 'registry' | 'images' | 'redact'> {
  limits: SmokeLimits;
  signal: AbortSignal;
}
