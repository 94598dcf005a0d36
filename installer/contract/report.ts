import { z } from 'zod';
import { byteCount, digest } from './digest.ts';
import { wireError } from './errors.ts';
import { action, artifact, keptReason, outcome, serviceState, siteItem } from './events.ts';
import { hardwareFacts } from './facts.ts';
import { finding } from './findings.ts';
import { officer, recordedOverride, rootCame } from './requests.ts';
import { smokeResult } from './smoke.ts';

/** Network interfaces with an address, and routes, as the kernel gave them. Recorded, not judged. */
export const isolationEvidence = z.strictObject({
  /** Milliseconds since the Unix epoch. */
  at: z.int().min(0),
  /** Addresses in CIDR notation. */
  interfaces: z.array(z.strictObject({ name: z.string(), addresses: z.array(z.string()) })),
  /** `0.0.0.0/0 via 192.0.2.1 dev eth0`: IPv4 and IPv6, entries that refuse left out. */
  routes: z.array(z.string()),
  defaultRoute: z.boolean(),
});
export type IsolationEvidence = z.infer<typeof isolationEvidence>;

const bundleIdentity = z.strictObject({
  product: z.string(),
  title: z.string(),
  version: z.string(),
  release: z.int(),
  manifestDigest: digest,
  rootVersion: z.int(),
  rootDigest: digest,
  signers: z.array(z.strictObject({ role: z.enum(['root', 'bundle']), fingerprint: z.string() })),
  images: z.array(z.strictObject({ name: z.string(), ref: z.string(), digest, size: byteCount })),
  models: z.array(z.strictObject({ id: z.string(), digest, size: byteCount })),
});
export type BundleIdentity = z.infer<typeof bundleIdentity>;

/** A run of the action `replaceRoot`. `at`: milliseconds since the Unix epoch; `old` null: the site remembered none. */
const rootReplacement = z.strictObject({
  run: z.string(),
  at: z.int().min(0),
  /** Login name. */
  who: z.string(),
  old: digest.nullable(),
  new: digest,
});

/** What the run knew that is no event. Its digest stands in the event log (`evidenceSeal`), so the chain covers it too. */
export const reportEvidence = z.strictObject({
  installer: z.strictObject({ version: z.string() }),
  /** Login name of the person, the one behind sudo where there is one. */
  who: z.string(),
  /** Who answers for the run, as they say it; null: nobody was named. Reports of older versions have no such member. */
  officer: officer.nullable().optional(),
  /** How the root document came, and whether somebody said that its fingerprints are the vendor's; absent as above. */
  root: z
    .strictObject({
      came: rootCame,
      compared: z.boolean(),
      /** Every time somebody put another root in the place of the one that this site trusted; absent: never. */
      replaced: z.array(rootReplacement).optional(),
    })
    .optional(),
  host: hardwareFacts,
  /** null: not reachable. */
  engine: z.strictObject({ engine: z.string(), compose: z.string().nullable() }).nullable(),
  bundle: bundleIdentity.nullable(),
  overrides: z.array(recordedOverride),
  isolation: isolationEvidence.nullable(),
});
export type ReportEvidence = z.infer<typeof reportEvidence>;

/** `running`: the run's last event is not in the log (yet). */
export const reportResult = z.enum([...outcome.options, 'running']);
export type ReportResult = z.infer<typeof reportResult>;

const stepRecord = z.strictObject({
  step: z.string(),
  outcome: reportResult,
  ms: z.number().min(0).nullable(),
});
export type StepRecord = z.infer<typeof stepRecord>;

/** What the events say, in a form to be read: derived from them by report/summarise.ts and by nothing else. */
export const reportSummary = z.strictObject({
  action,
  result: reportResult,
  /** Milliseconds since the Unix epoch of the first and of the last event. */
  started: z.int().min(0),
  finished: z.int().min(0),
  steps: z.array(stepRecord),
  findings: z.array(finding),
  /** The last state of each service. */
  services: z.array(serviceState),
  smoke: z.array(smokeResult),
  artifacts: z.array(artifact),
  /** What the run took away, and what of ours is still there after it; reports of older versions say neither. */
  removed: z.array(siteItem).default([]),
  kept: z.array(z.strictObject({ item: siteItem, reason: keptReason })).default([]),
  error: wireError.nullable(),
});
export type ReportSummary = z.infer<typeof reportSummary>;

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A row of the journal's event log. `hash` covers the row and all rows before it (base/chain.ts). */
const reportEvent = z.strictObject({
  seq: z.int().min(1),
  at: z.int().min(0),
  /** An EngineEventBody; kept as it stands, because its hash covers every byte of its canonical form. */
  body: z.custom<Record<string, unknown>>(isObject),
  hash: digest,
});
export type ReportEvent = z.infer<typeof reportEvent>;

/** One JSON document per run. */
export const reportDocument = z.strictObject({
  kind: z.literal('airgap-report'),
  schema: z.literal(1),
  run: z.string().min(1).max(64),
  evidence: reportEvidence,
  summary: reportSummary,
  events: z.array(reportEvent).min(1).max(1_000_000),
  /** The last event's hash. */
  head: digest,
});
export type ReportDocument = z.infer<typeof reportDocument>;

/** Source and message of the log event that binds the evidence to the chain. */
export const evidenceSeal = { source: 'report', prefix: 'evidence ' } as const;
