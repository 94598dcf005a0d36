import { z } from 'zod';
import { digest } from './digest.ts';
import { wireError } from './errors.ts';
import { finding } from './findings.ts';
import { smokeResult } from './smoke.ts';

export const actions = ['install', 'check', 'smoke', 'uninstall', 'rollBack', 'replaceRoot'] as const;
export const action = z.enum(actions);
export type Action = z.infer<typeof action>;

export const outcome = z.enum(['done', 'unchanged', 'failed', 'cancelled']);
export type Outcome = z.infer<typeof outcome>;

/** A step as the faces need it: the order is the plan's. */
export const stepInfo = z.object({
  id: z.string(),
  weight: z.number().positive(),
  unit: z.enum(['bytes', 'items']),
  reversible: z.boolean(),
  /** Changes nothing on the machine. */
  looksOnly: z.boolean(),
});
export type StepInfo = z.infer<typeof stepInfo>;

/** State of one service of the stack as the health check sees it. */
export const serviceState = z.object({
  service: z.string(),
  state: z.enum(['creating', 'starting', 'healthy', 'running', 'unhealthy', 'exited', 'removed']),
  detail: z.string(),
});
export type ServiceState = z.infer<typeof serviceState>;

/** Something that now lies on this machine because of the run. */
export const artifact = z.object({
  type: z.enum(['image', 'model', 'file', 'container', 'volume']),
  name: z.string(),
  digest: digest.nullable(),
  size: z.int().nullable(),
});
export type Artifact = z.infer<typeof artifact>;

/** Something of ours on this machine, as an uninstall lists it. */
export const siteItem = z.object({
  type: z.enum(['container', 'network', 'volume', 'image', 'folder', 'file']),
  /** The engine's name, or an absolute path. */
  name: z.string(),
  /** `null`: not known. */
  bytes: z.int().min(0).nullable(),
});
export type SiteItem = z.infer<typeof siteItem>;

/** Why something stays: the product's data, the passwords that it was made with, or evidence (journal and reports). */
export const keptReason = z.enum(['data', 'secrets', 'evidence']);
export type KeptReason = z.infer<typeof keptReason>;

const body = {
  runStarted: z.object({ kind: z.literal('runStarted'), action, steps: z.array(stepInfo) }),
  stepStarted: z.object({ kind: z.literal('stepStarted'), step: z.string() }),
  /** Overall `fraction` 0..1 never decreases within a run; `etaMs` is null until a rate has been measured. */
  progress: z.object({
    kind: z.literal('progress'),
    step: z.string(),
    done: z.number().min(0),
    total: z.number().min(0),
    unit: z.enum(['bytes', 'items']),
    what: z.string(),
    fraction: z.number().min(0).max(1),
    etaMs: z.number().min(0).nullable(),
  }),
  stepFinished: z.object({ kind: z.literal('stepFinished'), step: z.string(), outcome, ms: z.number().min(0) }),
  stepFailed: z.object({ kind: z.literal('stepFailed'), step: z.string(), error: wireError, ms: z.number().min(0) }),
  log: z.object({
    kind: z.literal('log'),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    source: z.string(),
    message: z.string(),
  }),
  finding: z.object({ kind: z.literal('finding'), finding }),
  service: z.object({ kind: z.literal('service'), service: serviceState }),
  smoke: z.object({ kind: z.literal('smoke'), result: smokeResult }),
  artifact: z.object({ kind: z.literal('artifact'), artifact }),
  /** Taken away by this run. */
  removed: z.object({ kind: z.literal('removed'), item: siteItem }),
  /** Still there after this run. */
  kept: z.object({ kind: z.literal('kept'), item: siteItem, reason: keptReason }),
  runFinished: z.object({
    kind: z.literal('runFinished'),
    outcome,
    error: wireError.nullable(),
    ms: z.number().min(0),
  }),
};

export const engineEventBody = z.discriminatedUnion('kind', [
  body.runStarted,
  body.stepStarted,
  body.progress,
  body.stepFinished,
  body.stepFailed,
  body.log,
  body.finding,
  body.service,
  body.smoke,
  body.artifact,
  body.removed,
  body.kept,
  body.runFinished,
]);
export type EngineEventBody = z.infer<typeof engineEventBody>;

/** One event of a run's stream: `seq` counts from 1 without gaps, `at` is milliseconds since the Unix epoch. */
export const engineEvent = z.object({
  run: z.string(),
  seq: z.int().min(1),
  at: z.int().min(0),
  body: engineEventBody,
});
export type EngineEvent = z.infer<typeof engineEvent>;
