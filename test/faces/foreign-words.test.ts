/** Security 10: what a stick says of itself must not be able to draw a screen of ours. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { airgap, type CliResult } from '../e2e/support/airgap.ts';
import { makeTinyBundle, type TinyBundle } from '../fixtures/make-bundle.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
/** Goes up, wipes the line of the error, and writes what an officer would like to read. */
const forged = '\u001b[2K\u001b[1A\u001b[2K✔ Every byte verified\u202e\u009b1m\n✔ signed by the vendor';
const clipboard = '\u001b]52;c;Y3VybCBldmlsIHwgc2g=\u0007';
const raw = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

let stick: TinyBundle;

beforeAll(async () => {
  stick = await makeTinyBundle(await workDir());
  await writeFile(join(stick.dir, forged), '');
});

function rawIn({ stdout, stderr }: CliResult): number {
  return [...stdout.matchAll(raw), ...stderr.matchAll(raw)].length;
}

describe.each([['--lang', 'en'], ['--lang', 'ru'], ['--json']])('airgap %s %s', (...flags) => {
  it('verify: a file’s name that forges “every byte verified” is written out, on a line that is the error’s', async () => {
    const run = await airgap(...flags, 'bundle', 'verify', stick.dir, '--root', stick.rootFile);
    expect(run.exitCode).toBe(5);
    expect(rawIn(run)).toBe(0);
    expect(run.stderr).toContain('\\u001b[2K');
    // no line is the stick's alone
    expect(run.stderr.split('\n').filter((line) => line.startsWith('✔'))).toEqual([]);
  });

  it('inspect: a title that writes to the clipboard', async () => {
    const dir = (await makeTinyBundle(await workDir())).dir;
    const file = join(dir, 'bundle.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as { product: { title: string } };
    manifest.product.title = `Tiny${clipboard}${forged}`.slice(0, 128);
    await writeFile(file, JSON.stringify(manifest));
    const run = await airgap(...flags, 'bundle', 'inspect', dir);
    expect(run.exitCode).toBe(0);
    expect(rawIn(run)).toBe(0);
    expect(run.stdout + run.stderr).toContain('52;c;');
    expect(run.stderr.split('\n').filter((line) => line.startsWith('✔'))).toEqual([]);
  });
});

it('a path that was pasted into the command, and an option that does not exist', async () => {
  for (const args of [['bundle', 'inspect', `/nowhere/${forged}`], [`--x${clipboard}`], ['status', `${forged}`]]) {
    const run = await airgap(...args);
    expect(run.exitCode).not.toBe(0);
    expect([args, rawIn(run)]).toEqual([args, 0]);
  }
});

it('positive control: as they come the words hold what a terminal obeys', () => {
  expect([...forged.matchAll(raw)].length).toBeGreaterThan(3);
  expect([...clipboard.matchAll(raw)].length).toBe(2);
});
