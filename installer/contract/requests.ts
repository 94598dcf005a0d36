import { z } from 'zod';
import { diskBudgetView, fitPlanView } from './budgets.ts';
import { digest } from './digest.ts';
import { action, keptReason, outcome, siteItem } from './events.ts';
import { hardwareFacts } from './facts.ts';
import { finding, findingCode, findingStatus, tierName } from './findings.ts';
import { longestJustification, saysSomething, shortestJustification } from './justification.ts';
import { bundleManifest } from './manifest.ts';
import { answers, productDefinition } from './product.ts';

/** A path on the machine that the engine runs on. No NUL: it would end the path early for the kernel. */
export const hostPath = z
  .string()
  .min(1)
  .max(4096)
  .refine((path) => !path.includes('\0'));

/** An officer's decision to go on in spite of a finding; stands in the journal and in the report. */
export const recordedOverride = z.strictObject({
  code: findingCode,
  justification: z.string().trim().min(shortestJustification).max(longestJustification),
  /**
   * The findings that were on the screen when it was decided: another one of the same code, or a worse one, is not covered.
   * Left out by scripts, which decide before anything was measured.
   */
  seen: z
    .array(finding.pick({ subject: true, expected: true, found: true }))
    .max(64)
    .optional(),
});
/** The same as it is asked for: a reason is in words. What an older version recorded stays readable. */
export const override = recordedOverride.extend({
  justification: recordedOverride.shape.justification.refine(saysSomething),
});
export type Override = z.infer<typeof override>;

/** Who answers for a run, as the person says it; not checked against anything. `office` may be empty. */
export const officer = z.strictObject({
  name: z.string().trim().min(2).max(100),
  office: z.string().trim().max(100),
});
export type Officer = z.infer<typeof officer>;

/**
 * Digests of what a person saw and agreed to: the root document that the signatures were judged by, bundle.json, and the plan.
 * The run refuses anything else in their place, however it came there.
 */
export const confirmed = z.strictObject({ root: digest, manifest: digest, plan: digest });
export type Confirmed = z.infer<typeof confirmed>;

/** How a root.json reached this machine: with the medium that the bundle lies on, or by a way of its own. */
export const rootCame = z.enum(['separate', 'medium']);
export type RootCame = z.infer<typeof rootCame>;

/** What an install is asked to do, before anybody has agreed to it: `plan.preview` says what that would be. */
export const planRequest = z.strictObject({
  /** Directory of the bundle on the medium. */
  bundle: hostPath,
  /** The root.json that the officer trusts, brought by another way than the stick. */
  root: hostPath,
  answers,
  /** null: at least `minimum` is needed, more is only said. */
  tier: tierName.nullable(),
  overrides: z.array(override).max(32),
  /** Somebody said that the fingerprints are those of the vendor's document. */
  compared: z.boolean(),
  /** null: a script that named nobody. */
  officer: officer.nullable(),
});
export type PlanRequest = z.infer<typeof planRequest>;

export const installRequest = planRequest.extend({ confirmed });
export type InstallRequest = z.infer<typeof installRequest>;

export const checkRequest = z.strictObject({
  /** With a bundle its product's requirements, ports, disk budget and model are looked at as well. */
  bundle: hostPath.nullable(),
  root: hostPath.nullable(),
  /** Without a bundle: the product to judge the machine for; null: the one that the installer comes with. */
  product: productDefinition.nullable(),
  answers,
  tier: tierName.nullable(),
  overrides: z.array(override).max(32),
  /** Who answers for the overrides; null: the one who is logged in. */
  officer: officer.nullable().default(null),
});
export type CheckRequest = z.infer<typeof checkRequest>;

/** For which product's demands a machine was judged. `installer`: by the definition that the installer comes with. */
const judgedFor = z.object({
  title: z.string(),
  version: z.string(),
  from: z.enum(['bundle', 'request', 'installer']),
  tiers: productDefinition.shape.requires.shape.tiers,
});

export const checkResult = z.object({
  /** null: no product is known, so the machine was looked at and its hardware not judged. */
  judgedFor: judgedFor.nullable(),
  /** The gravest of the findings' states. */
  status: findingStatus,
  findings: z.array(finding),
  facts: hardwareFacts,
  /** How the bundle's model would run here; null without a bundle. */
  modelFit: fitPlanView.nullable(),
  /** Per file system that is written to. */
  disk: z.array(diskBudgetView),
});
export type CheckResult = z.infer<typeof checkResult>;

/** A root document as a person compares it: its digest, and every key by its fingerprint as `ssh-keygen -l` prints it. */
export const rootView = z.object({
  version: z.int(),
  digest,
  keys: z.array(z.object({ role: z.enum(['root', 'bundle']), fingerprint: z.string() })),
});
export type RootView = z.infer<typeof rootView>;

/** The root that this site trusts beside one that may be put in its place. null: none is remembered; no file was named. */
export const rootComparison = z.object({ trusted: rootView.nullable(), given: rootView.nullable() });
export type RootComparison = z.infer<typeof rootComparison>;

/** Puts another root in the place of the one that this site trusts, where no rotation leads to it. */
export const replaceRootRequest = z.strictObject({
  root: hostPath,
  /** Digests of the two documents as they were shown; `old` null: none was remembered. */
  confirmed: z.strictObject({ old: digest.nullable(), new: digest }),
});
export type ReplaceRootRequest = z.infer<typeof replaceRootRequest>;

export const uninstallRequest = z.strictObject({
  /** True: the product's data (databases, projects) goes as well. */
  removeData: z.boolean(),
});

/** What an uninstall would do now. `kept` is what stays with this choice; of what is removed nothing can be got back. */
export const uninstallPreview = z.object({
  /** Title and release of the newest install's product; null where it did not come so far. */
  product: z.string().nullable(),
  release: z.int().nullable(),
  removed: z.array(siteItem),
  kept: z.array(z.object({ item: siteItem, reason: keptReason })),
});
export type UninstallPreview = z.infer<typeof uninstallPreview>;

/** A bundle as `bundle inspect` shows it: nothing in it has been verified unless `verified` says so. */
export const bundleView = z.object({
  dir: z.string(),
  verified: z.boolean(),
  manifest: bundleManifest,
  manifestDigest: z.string(),
  rootVersion: z.int().nullable(),
  signers: z.array(z.object({ role: z.enum(['root', 'bundle']), fingerprint: z.string() })),
  /** Keys that a role has, that must sign, and that have signed (counts). The role `root` only after a rotation. */
  thresholds: z.array(z.object({ role: z.enum(['root', 'bundle']), keys: z.int(), needed: z.int(), signed: z.int() })),
  /** Warnings that decide nothing: the bundle's dates against this machine's clock. */
  findings: z.array(finding).optional(),
});
export type BundleView = z.infer<typeof bundleView>;

export const siteStatus = z.object({
  installed: z
    .object({
      product: z.string(),
      release: z.int(),
      manifestDigest: z.string(),
      at: z.int(),
    })
    .nullable(),
  services: z.array(z.object({ service: z.string(), state: z.string(), detail: z.string(), image: z.string() })),
  lastRun: z.object({ id: z.string(), action, outcome: outcome.nullable(), startedAt: z.int() }).nullable(),
  healthy: z.boolean(),
});
export type SiteStatus = z.infer<typeof siteStatus>;
