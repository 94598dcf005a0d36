import type { Digest } from '../contract/digest.ts';
import type { SmokeTest } from '../contract/product.ts';
import type { IsolationEvidence } from '../contract/report.ts';
import type { SmokeResult } from '../contract/smoke.ts';
import type { StackFiles, StackRuntime } from '../ports/runtime.ts';

export interface SmokeLimits {
  /** Milliseconds for one HTTP request, body included. */
  requestMs: number;
  /** Bytes of a response body that are read at most. */
  bodyBytes: number;
  /** Milliseconds that Prometheus has to see a target as up: it looks only every scrape interval. */
  targetMs: number;
  /** Milliseconds between two looks at the targets. */
  pollMs: number;
  /** Milliseconds for a one-off container. */
  oneOffMs: number;
}

export const defaultLimits: SmokeLimits = {
  requestMs: 15_000,
  bodyBytes: 256 * 1024,
  targetMs: 90_000,
  pollMs: 1000,
  oneOffMs: 120_000,
};

export interface SmokeInput {
  /** The product's tests; placeholders are replaced already. */
  tests: readonly SmokeTest[];
  /** The values of .env, for login tests. */
  env: ReadonlyMap<string, string>;
  /** When each login test last got a token for the password in .env on this site, ms since the Unix epoch, by its id. */
  loginsProven: ReadonlyMap<string, number>;
  runtime: StackRuntime;
  files: StackFiles;
  /** Host and port of the site's registry as image references name it: `127.0.0.1:5000`. */
  registry: string;
  /** The bundle's images: the only ones that may run. */
  images: readonly { name: string; digest: Digest }[];
  /** Takes secrets out of what services said. */
  redact: (text: string) => string;
  /** Tests that others bring, the language model's above all; run last, in this order. */
  extra: readonly (() => Promise<SmokeResult>)[];
  limits?: Partial<SmokeLimits>;
  /** What the last smoke test gave, when nothing changed since: it stands, nothing is run. */
  unchanged?: SmokeOutput | undefined;
}

export interface SmokeOutput {
  results: SmokeResult[];
  /** null: it could not be read on this machine. */
  isolation: IsolationEvidence | null;
}
