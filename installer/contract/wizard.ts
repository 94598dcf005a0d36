import { z } from 'zod';
import { diskBudgetView } from './budgets.ts';
import { byteCount, digest } from './digest.ts';
import { errorCode, textParams } from './errors.ts';
import { action, stepInfo } from './events.ts';
import { answers, bilingual, productDefinition } from './product.ts';
import { bundleView, hostPath, override, rootCame } from './requests.ts';
import { languages } from './texts.ts';

/** A mounted medium with something on it that calls itself a bundle. Nothing here has been verified. */
export const foundMedium = z.object({
  /** Directory that holds bundle.json. */
  dir: z.string(),
  /** The last name of the mount point: what desktops and udisks make of the file system's label. */
  label: z.string().nullable(),
  readOnly: z.boolean(),
  fileSystem: z.string(),
  /** What bundle.json says; null where it cannot be read. A forged bundle says what it likes. */
  product: z.object({ name: z.string(), title: z.string(), version: z.string(), release: z.int() }).nullable(),
  /** The bundle's own root.json, whose fingerprints must be compared with the paper; null: none lies there. */
  root: z.string().nullable(),
  /** Bytes of the files that bundle.json lists; of the file system where that cannot be read. */
  size: byteCount,
});
export type FoundMedium = z.infer<typeof foundMedium>;

export const openBundleRequest = z.strictObject({ dir: hostPath, root: hostPath });

/** A bundle whose signatures and structure hold; its bytes are hashed later (`bundle.verify`, or the install). */
export const openedBundle = z.object({
  /** `verified` is true. */
  view: bundleView,
  /** sha256 of the root document that the signatures were judged by, to compare with the paper. */
  rootDigest: digest,
  /** Decided by the engine, whatever path was named. */
  rootCame,
  /** sha256 of the root.json that was given; another one than `rootDigest` where the bundle brings a rotation. */
  givenRootDigest: digest,
  /** Every key of the root document, with its fingerprint as `ssh-keygen -l` prints it, to compare with the paper. */
  rootKeys: z.array(z.object({ role: z.enum(['root', 'bundle']), fingerprint: z.string() })),
  /** Version of the root.json that was given; below the view's where the bundle brings a rotation. */
  givenRootVersion: z.int(),
  product: productDefinition,
  /** product/release-notes.md, Markdown as plain text; null: the bundle has none. */
  releaseNotes: z.string().nullable(),
  /** Bundle paths of the SBOM documents, each to be asked for with `bundle.sbom`. */
  sbom: z.array(z.string()),
});
export type OpenedBundle = z.infer<typeof openedBundle>;

export const validateAnswersRequest = z.strictObject({
  product: z.strictObject({
    inputs: productDefinition.shape.inputs,
    ports: productDefinition.shape.ports,
    registry: productDefinition.shape.registry,
  }),
  answers,
});

/** `values` is complete (presets filled in) when there are no problems, else null. All problems at once. */
export const answersVerdict = z.object({
  values: answers.nullable(),
  problems: z.array(
    z.object({ key: z.string(), code: errorCode, params: textParams, expected: z.string(), found: z.string() }),
  ),
});
export type AnswersVerdict = z.infer<typeof answersVerdict>;

/** What an install will do here, before it does it. `steps` is the plan's own list. */
export const planPreview = z.object({
  steps: z.array(stepInfo),
  /** What a step changes on this machine, a sentence each; steps that change nothing have none. */
  changes: z.array(z.object({ step: z.string(), text: bilingual })),
  disk: z.array(diskBudgetView),
  /** The first step that cannot be taken back; null: every one can. */
  pointOfNoReturn: z.string().nullable(),
  /** The answers as they will be used: presets filled in. */
  answers,
  /** What was decided to go on in spite of. */
  overrides: z.array(override),
  /** sha256 over the canonical JSON of all of this but `disk`, which changes by itself: what is agreed to, and sent back. */
  digest,
});
export type PlanPreview = z.infer<typeof planPreview>;

const runSummary = z.object({ run: z.string(), action, startedAt: z.int() });

/** What goes on, and what was cut off. Times are milliseconds since the Unix epoch. */
export const activeRuns = z.object({
  /** null: nothing goes on. */
  run: z.string().nullable(),
  action: action.nullable(),
  startedAt: z.int().nullable(),
  /** True: this engine runs it and can follow and cancel it; false: another process has the data directory. */
  owner: z.boolean(),
  /** The newest run, when its process died in the middle: starting the same again goes on from there. */
  interrupted: runSummary.nullable(),
  /** The newest run that came to an end, for a window that was away. */
  last: runSummary.extend({ outcome: z.string() }).nullable(),
});
export type ActiveRuns = z.infer<typeof activeRuns>;

/** One window may change things; all others look on. Each connection has its own answer. */
export const controlState = z.object({
  writer: z.boolean(),
  /** True: some other connection is the writer now. */
  taken: z.boolean(),
});
export type ControlState = z.infer<typeof controlState>;

export const revealedSecret = z.object({ env: z.string(), purpose: bilingual, value: z.string() });
export type RevealedSecret = z.infer<typeof revealedSecret>;

export const savedFile = z.object({
  file: z.string(),
  /** False: the medium's file system keeps no access rights (FAT, exFAT), so whoever has the stick can read it. */
  private: z.boolean(),
});

export const folderRequest = z.strictObject({ dir: hostPath });

export const reportPageRequest = z.strictObject({ run: z.string().max(64), lang: z.enum(languages) });
/** A self-contained page without scripts, and the head hash to write down. */
export const reportPageView = z.object({ html: z.string(), head: z.string() });
