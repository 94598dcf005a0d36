import type { TextParams } from '../contract/errors.ts';
import type { Bilingual } from '../contract/product.ts';
import type { SmokeInput, SmokeLimits } from './smoke-input.ts';

/** What a test found; expected and measured are shown as they are, in every language. */
export interface Verdict {
  pass: boolean;
  /** What was shown, where that is not what the test's own title says. */
  title?: Bilingual;
  expected: string;
  measured: string;
  /** For the error's text, beside `test`. */
  params?: TextParams;
  /** What lies behind a failure. */
  cause?: unknown;
}

/** What tests work with. */
export interface SmokeContext
  extends Pick<SmokeInput, 'env' | 'loginsProven' | 'runtime' | 'files' | 'registry' | 'images' | 'redact'> {
  limits: SmokeLimits;
  signal: AbortSignal;
}
