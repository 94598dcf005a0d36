import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rawTar } from '../fixtures/raw-tar.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { archiveClasses } from './archives/classes.ts';
import { type ArchiveVector, escapedName } from './archives/vector.ts';
import { Tally } from './tally.ts';
import { snapshot } from './tree-snapshot.ts';

const workDir = workDirs();
const memoryLimit = 512 * 1024 ** 2;
/** Only ends what hangs: each archive takes a fraction of a second. */
const hangMs = 480_000;

const report = z.object({
  results: z.array(z.object({ code: z.string(), because: z.string(), escaped: z.array(z.string()) })),
  peakBytes: z.number(),
});

const hostile = new Tally('hostile archives', 'end with a code, nothing escapes', 120);
const unusual = new Tally('archives that are honest, or unusual and harmless', 'are taken, nothing escapes', 6);
let peak = 0;

describe('hostile archives', () => {
  it.each(Object.keys(archiveClasses))('%s', { timeout: 600_000 }, async (name) => {
    const dir = await workDir();
    const vectors = archiveClasses[name] ?? [];
    for (const [index, { make }] of vectors.entries()) await writeFile(join(dir, `${index}.hostile`), make());
    const script = join(import.meta.dirname, 'archives/read-class.ts');
    // a bounded heap, so that what is counted is what is needed and not what was not collected yet
    const { stdout } = await execa(process.execPath, ['--max-old-space-size=192', script, dir], {
      cwd: dir,
      timeout: hangMs,
      forceKillAfterDelay: 1000,
    });
    const { results, peakBytes } = report.parse(JSON.parse(stdout));
    peak = Math.max(peak, peakBytes);
    const wrong: string[] = [];
    for (const [index, { code, because, escaped }] of results.entries()) {
      const { name: vector, taken = false, because: reason = '' } = vectors[index] as ArchiveVector;
      const refused =
        ['SOURCE_FORMAT', 'SOURCE_TRUNCATED', 'SOURCE_IMAGE_MISSING'].includes(code) && because.includes(reason);
      const held = escaped.length === 0 && (taken ? code === 'taken' : refused);
      (taken ? unusual : hostile).add(`${name}: ${vector}: ${code} ${because} ${escaped.join()}`, held);
      if (!held) wrong.push(`${vector}: ${code} ${because} ${escaped.join()}`);
    }
    expect(wrong).toEqual([]);
    expect(results).toHaveLength(vectors.length);
    expect(peakBytes).toBeLessThan(memoryLimit);
  });
});

describe('positive controls', { timeout: 600_000 }, () => {
  it('a reader that writes by the archive’s names escapes, and the canaries notice', async () => {
    const dir = await workDir();
    const work = join(dir, 'a/b/c');
    await mkdir(work, { recursive: true });
    const before = await snapshot(dir, ['a/b/c']);
    await writeFile(join(work, 'x.tar'), rawTar([{ name: `../${escapedName}`, content: 'x' }]));
    expect(await snapshot(dir, ['a/b/c'])).toEqual(before);
    await execa('tar', ['--extract', '--absolute-names', '--file', 'x.tar'], { cwd: work });
    expect((await snapshot(dir, ['a/b/c'])).filter((line) => !before.includes(line)).join()).toContain(escapedName);
  });

  it('a reader that unpacks in memory takes more than these may, and the measurement notices', async () => {
    const file = join(await workDir(), 'bomb.gz');
    await writeFile(file, gzipSync(Buffer.alloc(700 * 1024 ** 2)));
    const script = `require('node:zlib').gunzipSync(require('node:fs').readFileSync(${JSON.stringify(file)})).fill(1);
      console.log(require('node:fs').readFileSync('/proc/self/status', 'utf8').match(/^VmHWM:\\s+(\\d+) kB$/m)[1] * 1024)`;
    const { stdout } = await execa(process.execPath, ['-e', script]);
    expect(Number(stdout)).toBeGreaterThan(memoryLimit);
  });
});

afterAll(() => {
  console.log(`resident memory while reading them: ${Math.round(peak / 1024 ** 2)} MiB at most, of 512`);
  hostile.close();
  unusual.close();
});
