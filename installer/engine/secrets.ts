import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secretForms } from '../base/secret-forms.ts';
import { parseEnvFile } from '../config/env-file.ts';
import type { StackFiles } from '../ports/runtime.ts';

/** A release's generated secrets, for what must look whether they leak. */
export interface ReleaseSecrets {
  /** .env as it is: NAME → value, secrets and settings. */
  env: ReadonlyMap<string, string>;
  /** The secrets among them. */
  values: ReadonlyMap<string, string>;
  /** Takes every secret out of a text, also where it stands encoded. */
  redact: (text: string) => string;
}

export async function releaseSecrets(files: StackFiles, names: readonly string[]): Promise<ReleaseSecrets> {
  const path = join(files.dir, files.envFile);
  const env = parseEnvFile(await readFile(path, 'utf8'), path);
  const values = new Map(
    names.flatMap((name): [string, string][] => {
      const value = env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const forms = [...values].flatMap(([name, value]) =>
    value === '' ? [] : secretForms(value).map((form) => ({ name, form })),
  );
  return {
    env,
    values,
    redact: (text) => forms.reduce((clean, { name, form }) => clean.replaceAll(form, `[${name}]`), text),
  };
}
