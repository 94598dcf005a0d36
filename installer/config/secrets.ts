import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../base/errors.ts';
import type { ProductDefinition } from '../contract/product.ts';
import { parseEnvFile } from './env-file.ts';

type SecretSpec = ProductDefinition['secrets'][number];

const alphabets = {
  alphanumeric: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  hex: '0123456789abcdef',
} as const;

/** A fresh secret out of the system's random source; every character of the alphabet is as likely as every other. */
export function generateSecret({ length, alphabet }: Pick<SecretSpec, 'length' | 'alphabet'>): string {
  const characters = alphabets[alphabet];
  // randomInt rejects what would make the first characters more likely (no modulo bias)
  return Array.from({ length }, () => characters.charAt(randomInt(characters.length))).join('');
}

/** The secrets that are there already; the missing ones are made. Returns them in the product's order. */
export function completeSecrets(
  specs: readonly SecretSpec[],
  existing: ReadonlyMap<string, string>,
): Map<string, string> {
  return new Map(specs.map((spec) => [spec.env, existing.get(spec.env) || generateSecret(spec)]));
}

/**
 * What .env files on this site say: this release's own, and for names that it lacks the newest other release's, so that
 * an upgrade goes on with the passwords that the databases know.
 *
 * @throws ENV_FILE_FORMAT
 */
export async function existingSecrets(releasesDir: string, release: number): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of [release, ...(await otherReleases(releasesDir, release))]) {
    const file = join(releasesDir, String(name), '.env');
    for (const [key, value] of await readEnvFile(file)) if (!found.has(key)) found.set(key, value);
  }
  return found;
}

/** Newest first. */
async function otherReleases(releasesDir: string, release: number): Promise<number[]> {
  const names = await readdir(releasesDir).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => /^[1-9][0-9]*$/.test(name))
    .map(Number)
    .filter((number) => number !== release)
    .sort((a, b) => b - a);
}

async function readEnvFile(file: string): Promise<Map<string, string>> {
  try {
    return parseEnvFile(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return new Map();
    throw error;
  }
}
