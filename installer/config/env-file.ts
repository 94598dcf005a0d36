import { InstallerError } from '../base/errors.ts';

const line = /^([A-Z][A-Z0-9_]*)=(?:'([^']*)'|"([^"\\$`]*)"|([^\s'"\\$`#]*))$/;

/**
 * .env as Docker Compose reads it, in the order given. Values stand in single quotes, in which Compose replaces nothing
 * (https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax).
 *
 * @throws ENV_FILE_FORMAT for a value with a quote or a control character: it could end the string and begin a new line
 */
export function printEnvFile(values: ReadonlyMap<string, string>, file: string): string {
  const lines = ['# Written by airgap-installer, which keeps the secrets in it and writes the rest anew.'];
  for (const [name, value] of values) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/['\u0000-\u001f\u007f\u2028\u2029]/.test(value)) {
      throw new InstallerError('ENV_FILE_FORMAT', {
        params: { file, name },
        expected: 'a value on one line without quotes',
      });
    }
    lines.push(`${name}='${value}'`);
  }
  return `${lines.join('\n')}\n`;
}

/**
 * The values of a .env file that this installer wrote, or somebody edited in a plain way. What is not understood is an
 * error, not skipped: a password taken for missing would be made anew, and no longer be the database's.
 *
 * @throws ENV_FILE_FORMAT with the line's number, never its content
 */
export function parseEnvFile(text: string, file: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    const match = line.exec(content);
    const name = match?.[1];
    if (match === null || name === undefined || values.has(name)) {
      throw new InstallerError('ENV_FILE_FORMAT', {
        params: { file, name: name ?? `line ${index + 1}` },
        expected: "NAME='value', each name once",
        found: `line ${index + 1}`,
      });
    }
    values.set(name, match[2] ?? match[3] ?? match[4] ?? '');
  }
  return values;
}
