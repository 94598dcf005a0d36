import { z } from 'zod';
import { digest } from './digest.ts';
import { findingCode, tierName } from './findings.ts';
import { answers } from './product.ts';
import { confirmed, override } from './requests.ts';

export const wizardPages = ['start', 'trust', 'readiness', 'configure', 'plan', 'install', 'tests', 'report'] as const;
export const wizardModes = ['install', 'readiness', 'test'] as const;

/** A path as it was typed so far: empty, or not yet a good one. */
const typedPath = z.string().max(4096);
/** A line as it was typed so far. */
const typedLine = z.string().max(100);

const maxAnswers = 256;
const draftAnswers = answers.refine(
  (all) =>
    Object.keys(all).length <= maxAnswers &&
    Object.entries(all).every(([key, value]) => key.length <= 64 && String(value).length <= 4096),
);

/**
 * What an officer opened, decided and typed before anything was started. It belongs to the site and not to a window: any window
 * shows it. Nothing in it is secret, and nothing in it is believed: paths are opened again, digests compared again.
 */
export const wizardDraft = z.strictObject({
  page: z.enum(wizardPages),
  mode: z.enum(wizardModes),
  /** Directory of the bundle on the medium. */
  bundle: typedPath,
  /** Path of the trusted root.json. */
  root: typedPath,
  /** What the fingerprints were compared for; null: nobody said that they are the same. Counts only for these very digests. */
  compared: z.strictObject({ root: digest, manifest: digest }).nullable(),
  /** What was agreed to when the installation was started, so that a retry is of the same; null: none was. */
  confirmed: confirmed.nullable(),
  tier: tierName.nullable(),
  overrides: z.array(override).max(32),
  /** Reasons that are being written, by the finding's code. */
  reasons: z.partialRecord(findingCode, z.string().max(2000)),
  answers: draftAnswers,
  /** Who answers for what is decided here. */
  officer: z.strictObject({ name: typedLine, office: typedLine }),
  /** The run on the Install page. */
  run: z.string().max(64).nullable(),
});
export type WizardDraft = z.infer<typeof wizardDraft>;

/** Something that a person would have to do again; where one looks, and at which run, is no such thing. */
export function hasChoices({
  bundle,
  root,
  compared,
  tier,
  overrides,
  reasons,
  answers,
  officer,
}: WizardDraft): boolean {
  return (
    [bundle, root, officer.name, officer.office].some((text) => text !== '') ||
    compared !== null ||
    tier !== null ||
    overrides.length > 0 ||
    [reasons, answers].some((all) => Object.keys(all).length > 0)
  );
}

export const draftState = z.object({
  /** null: nothing was chosen yet. */
  draft: wizardDraft.nullable(),
  /** What was kept cannot be read (any more): it is begun anew. */
  damaged: z.boolean(),
});
export type DraftState = z.infer<typeof draftState>;
