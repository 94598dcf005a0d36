import { z } from 'zod';
import { bundlePath } from './digest.ts';
import { hostPath } from './requests.ts';

/** Bounds on SBOM documents, bytes where not said otherwise. */
export const sbomLimits = {
  documentBytes: 64 * 1024 * 1024,
  /** Components of a document, and of those the ones that a face is given (counts). */
  components: 100_000,
  shown: 20_000,
  /** All shown components as JSON: a message to a window has an end. */
  shownBytes: 8 * 1024 * 1024,
} as const;

const component = z.object({
  type: z.string().max(64).optional(),
  name: z.string().max(1024),
  version: z.string().max(1024).optional(),
  purl: z.string().max(4096).optional(),
  licenses: z.array(z.record(z.string(), z.unknown())).max(1000).optional(),
});

/** What is shown of a CycloneDX document, which has much more in it: https://cyclonedx.org/docs/1.6/json/ */
export const cycloneDx = z.object({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string().regex(/^1\.\d+$/),
  /** Only a heading is made of it, so one in another form is no reason to refuse the list. */
  metadata: z.object({ component }).optional().catch(undefined),
  components: z.array(component).max(sbomLimits.components).default([]),
});
export type CycloneDx = z.infer<typeof cycloneDx>;

/** A component's licenses in words: each is `{ license: { id | name } }` or `{ expression }`. */
export function licenseNames({ licenses = [] }: CycloneDx['components'][number]): string[] {
  const names = licenses.map(({ expression, license }) => {
    if (typeof expression === 'string') return expression;
    if (typeof license !== 'object' || license === null) return '';
    const { id, name } = license as { id?: unknown; name?: unknown };
    return typeof id === 'string' ? id : typeof name === 'string' ? name : '';
  });
  return names.filter((name) => name !== '');
}

/** Where CycloneDX documents lie in a bundle. */
export const sbomPath = bundlePath.regex(/^sbom\/.+\.cdx\.json$/);

export const sbomRequest = z.strictObject({ dir: hostPath, root: hostPath, path: sbomPath });
export type SbomRequest = z.infer<typeof sbomRequest>;

/** A list of components as a face shows it. What the document leaves out is empty. */
export const sbomView = z.object({
  /** What the list is about, by the document's own words; null: it says nothing. */
  subject: z.object({ name: z.string(), version: z.string() }).nullable(),
  components: z
    .array(
      z.object({
        name: z.string(),
        version: z.string(),
        type: z.string(),
        purl: z.string(),
        licenses: z.array(z.string()),
      }),
    )
    .max(sbomLimits.shown),
  /** Components of the document (count); more than are shown where it is larger than a window is given. */
  total: z.int().min(0),
});
export type SbomView = z.infer<typeof sbomView>;
