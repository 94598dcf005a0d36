import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseEnvFile, printEnvFile } from '../../installer/config/env-file.ts';
import { completeSecrets, existingSecrets, generateSecret } from '../../installer/config/secrets.ts';
import { rejection, temporaryDir, thrown } from './fixture.ts';

describe('generated secrets', () => {
  test('have the length and the alphabet asked for, and never repeat', () => {
    const made = Array.from({ length: 200 }, () => generateSecret({ length: 24, alphabet: 'alphanumeric' }));
    expect(new Set(made).size).toBe(200);
    for (const secret of made) expect(secret).toMatch(/^[A-Za-z0-9]{24}$/);
    expect(generateSecret({ length: 64, alphabet: 'hex' })).toMatch(/^[0-9a-f]{64}$/);
  });

  // 256 modulo 62 would give the first 8 characters a quarter more; chi-squared with 61 degrees of freedom stays below
  // 125 in all but about one of 300,000 runs, and such a bias over 200,000 characters gives more than 1,200
  test('use every character equally often (no modulo bias)', () => {
    expect(
      chiSquared(Array.from({ length: 1600 }, () => generateSecret({ length: 125, alphabet: 'alphanumeric' }))),
    ).toBeLessThan(125);
  });

  test('positive control: the same measure finds a modulo bias', () => {
    const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    const bytes = crypto.getRandomValues(new Uint8Array(40_000));
    const biased = Array.from(bytes, (byte) => characters[byte % 62]).join('');
    expect(chiSquared([biased])).toBeGreaterThan(125);
  });

  test('leave those that are there', () => {
    const specs = [
      { env: 'A', length: 24, alphabet: 'hex', purpose: { en: 'a', ru: 'а' } },
      { env: 'B', length: 24, alphabet: 'hex', purpose: { en: 'b', ru: 'б' } },
    ] as const;
    const secrets = completeSecrets(specs, new Map([['A', 'kept']]));
    expect([...secrets.keys()]).toEqual(['A', 'B']);
    expect(secrets.get('A')).toBe('kept');
    expect(secrets.get('B')).toMatch(/^[0-9a-f]{24}$/);
  });
});

function chiSquared(texts: string[]): number {
  const counts = new Map<string, number>();
  for (const character of texts.join('')) counts.set(character, (counts.get(character) ?? 0) + 1);
  const expected = texts.join('').length / 62;
  return [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('.env', () => {
  test('is read as it was written', () => {
    const values = new Map([
      ['A', 'x y $HOME #"'],
      ['EMPTY', ''],
    ]);
    expect(parseEnvFile(printEnvFile(values, '.env'), '.env')).toEqual(values);
  });

  test('is read in the plain forms that an administrator writes', () => {
    expect(parseEnvFile('# note\n\nA=plain\nB="double"\nC=\n', '.env')).toEqual(
      new Map([
        ['A', 'plain'],
        ['B', 'double'],
        ['C', ''],
      ]),
    );
  });

  test.each(["x'y", 'x\ny', 'x\ry', 'x\u0000', 'x\u2028y'])('never holds a value that ends its line: %j', (value) => {
    expect(thrown(() => printEnvFile(new Map([['A', value]]), '.env'))).toMatchObject({ code: 'ENV_FILE_FORMAT' });
  });

  test.each(["A='x", 'A=$HOME', 'A="a\\"b"', 'export A=1', 'A', "A='1'\nA='2'"])('is not guessed at: %j', (text) => {
    const error = thrown(() => parseEnvFile(`SECRET='hunter2'\n${text}`, '.env'));
    expect(error).toMatchObject({ code: 'ENV_FILE_FORMAT', found: expect.stringMatching(/^line [23]$/) });
    expect(String(error)).not.toContain('hunter2');
  });
});

describe('existing secrets', () => {
  async function site(releases: Record<string, string>): Promise<string> {
    const dir = await temporaryDir();
    for (const [name, text] of Object.entries(releases)) {
      await mkdir(join(dir, name));
      await writeFile(join(dir, name, '.env'), text);
    }
    return dir;
  }

  test('are none on a new site', async () => {
    expect(await existingSecrets(join(await temporaryDir(), 'releases'), 1)).toEqual(new Map());
  });

  test("are the release's own, then the newest other release's", async () => {
    const dir = await site({
      '2': "A='two'",
      '9': "A='nine'\nB='nine'",
      '10': "B='ten'\nC='ten'",
      '11': "C='own'",
      '.11.previous': "D='x'",
    });
    expect(await existingSecrets(dir, 11)).toEqual(
      new Map([
        ['C', 'own'],
        ['B', 'ten'],
        ['A', 'nine'],
      ]),
    );
  });

  test('are not made anew when the file is damaged', async () => {
    const dir = await site({ '1': "POSTGRES_PASSWORD='half" });
    await chmod(join(dir, '1/.env'), 0o600);
    expect(await rejection(existingSecrets(dir, 1))).toMatchObject({ code: 'ENV_FILE_FORMAT' });
  });
});
