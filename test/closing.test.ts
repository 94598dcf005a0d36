/** `npm test` where some suites cannot run: they are named with the reason, and never count as passed. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closing } from './closing.ts';
import { COMMANDS, type Machine, needsOf, unmet } from './needs.ts';

const counts = { passed: 3, failed: 0, skipped: 0, failures: [] };
const notRun = [
  { what: 'e2e', suites: 13, why: 'it needs containers' },
  { what: 'test/bundles/skopeo.test.ts', suites: 1, why: 'there is no skopeo here' },
];
const lastLine = (lines: readonly string[]) => lines.at(-1)?.trim();

describe('suites that could not run', () => {
  it('are named with the reason above the closing line, and counted as skipped', () => {
    const { lines } = closing([counts, counts], notRun, {});
    const text = lines.join('\n');
    expect(text).toContain('e2e (13 suites): it needs containers');
    expect(text).toContain('test/bundles/skopeo.test.ts: there is no skopeo here');
    expect(lastLine(lines)).toBe('6 passed, 0 failed, 14 skipped');
    expect(text.indexOf('skopeo.test.ts')).toBeLessThan(text.indexOf('6 passed'));
  });

  it('are a failure under CI=true, and not for a person', () => {
    expect(closing([counts], notRun, { CI: 'true' }).exitCode).toBe(1);
    expect(closing([counts], notRun, {}).exitCode).toBe(0);
    expect(closing([counts], notRun, { CI: 'false' }).exitCode).toBe(0);
  });

  it('positive control: where all ran, CI=true is no failure, and a failed test is one everywhere', () => {
    expect(closing([counts], [], { CI: 'true' })).toEqual({ lines: ['\n3 passed, 0 failed, 0 skipped'], exitCode: 0 });
    const failed = { ...counts, failed: 1, failures: ['a test'] };
    expect(closing([counts, failed], [], {})).toMatchObject({ exitCode: 1 });
    expect(lastLine(closing([counts, failed], [], {}).lines)).toBe('6 passed, 1 failed, 0 skipped');
  });
});

describe('what a suite needs', () => {
  const all: Machine = { root: true, obstacles: [], lacking: [], whyLacking: '' };

  it('stands in its file and is held against the machine', () => {
    const needs = needsOf('/** A suite. */\n// needs: root, skopeo\nimport x;');
    expect(needs).toEqual(['root', 'skopeo']);
    expect(unmet(needs, all)).toBeNull();
    expect(unmet(needs, { ...all, root: false })).toContain('root');
    expect(unmet(needs, { ...all, lacking: ['skopeo'], whyLacking: 'no apt' })).toBe('there is no skopeo here: no apt');
    expect(unmet(['tools'], { ...all, lacking: ['zstd', 'chromium'], whyLacking: 'no apt' })).toMatch(/no zstd here/);
    expect(unmet(['containers'], { ...all, obstacles: ['namespaces'] })).toContain('namespaces');
    expect(unmet(needsOf('import x;'), { ...all, root: false })).toBeNull();
  });

  it('is something that is known, in every suite there is', async () => {
    const files = (await readdir(import.meta.dirname, { recursive: true })).filter((file) => file.endsWith('.test.ts'));
    const known = new Set(['root', 'containers', 'tools', ...Object.keys(COMMANDS)]);
    for (const file of files.filter((name) => name !== 'closing.test.ts')) {
      const needs = needsOf(await readFile(join(import.meta.dirname, file), 'utf8'));
      expect(
        needs.filter((need) => !known.has(need)),
        file,
      ).toEqual([]);
    }
    expect(() => unmet(['a miracle'], all)).toThrow('a miracle');
  });
});
