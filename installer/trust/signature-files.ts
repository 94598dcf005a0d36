import { InstallerError } from '../base/errors.ts';
import type { Media } from '../ports/media.ts';
import { trustLimits } from './limits.ts';
import { type ValidSignature, verifySignature } from './verify-signature.ts';

/** The documents that are signed, and therefore not listed in the manifest; `root.N.json`: root.json's version N. */
export type SignedDocument = 'root.json' | 'bundle.json' | `root.${number}.json`;

/** A signed document; with `.NAME.sig` a signature over it, where NAME is a number or a signer's name. */
const trustFile = /^(?:bundle|root|root\.[1-9]\d{0,8})\.json(?:\.[A-Za-z0-9_-]{1,64}\.sig)?$/;

/** True for the files at the bundle's top that carry trust and are not in the file list. */
export function isTrustFile(path: string): boolean {
  return trustFile.test(path);
}

/**
 * Verifies every signature that lies beside a document. One that is malformed, made for another kind of file, or not over
 * these bytes is refused even where enough others would be left: no honest medium has one. Keys are not judged here.
 *
 * Throws SIGNATURE_MISSING, SIGNATURE_FORMAT, SIGNATURE_NAMESPACE, SIGNATURE_INVALID.
 */
export async function verifySignatureFiles(
  media: Media,
  paths: readonly string[],
  document: SignedDocument,
  message: Uint8Array,
  namespace: string,
): Promise<ValidSignature[]> {
  const files = paths.filter((path) => path.startsWith(`${document}.`) && isTrustFile(path));
  if (files.length === 0) throw new InstallerError('SIGNATURE_MISSING', { params: { file: document } });
  if (files.length > trustLimits.signatures) {
    throw new InstallerError('SIGNATURE_FORMAT', {
      params: { file: document, what: 'count' },
      expected: `<= ${trustLimits.signatures}`,
      found: files.length,
    });
  }
  const valid: ValidSignature[] = [];
  for (const file of files) {
    valid.push(verifySignature(file, await media.read(file, trustLimits.signatureBytes), message, namespace));
  }
  return valid;
}
