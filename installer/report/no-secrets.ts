import { InstallerError } from '../base/errors.ts';
import { secretForms } from '../base/secret-forms.ts';

/**
 * The last guard before a text leaves the engine: none of the secrets stands in it, neither as it is nor in an encoding
 * that the report's formats, URLs or logs commonly use.
 * @throws INTERNAL without the secret in it.
 */
export function assertNoSecrets(text: string, secrets: readonly string[]): void {
  for (const [index, secret] of secrets.entries()) {
    if (secret === '') continue;
    const found = secretForms(secret).find((form) => text.includes(form));
    if (found === undefined) continue;
    throw new InstallerError('INTERNAL', {
      params: { what: 'a secret would have been written into the report', secret: index, at: text.indexOf(found) },
    });
  }
}
