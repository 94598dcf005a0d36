/**
 * `npm test`: lint with the import rule, type check, then every vitest suite, and one closing line with the counts.
 * The static checks count as one test each; a suite file that could not even be loaded counts as failed.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { ensureHostPackages, TEST_COMMANDS } from './site/host-packages.ts';

const vitestSummary = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  numFailedTestSuites: z.int(),
  testResults: z.array(z.object({ name: z.string(), status: z.string(), assertionResults: z.array(z.unknown()) })),
});

const folders = ['installer', 'bundles', 'electron', 'renderer', 'test'];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

async function staticCheck(name: string, command: string, args: readonly string[]): Promise<Counts> {
  console.log(`\n== ${name}`);
  const { exitCode } = await execa(command, args, { preferLocal: true, stdio: 'inherit', reject: false });
  const failed = exitCode === 0 ? 0 : 1;
  console.log(failed === 0 ? `${name}: passed` : `${name}: FAILED`);
  return { passed: 1 - failed, failed, skipped: 0 };
}

async function vitest(project: string, folder: string): Promise<Counts> {
  console.log(`\n== ${project} suites`);
  const report = join(folder, `${project}.json`);
  const { exitCode } = await execa(
    'vitest',
    ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { preferLocal: true, stdio: 'inherit', reject: false },
  );
  const summary = vitestSummary.parse(JSON.parse(await readFile(report, 'utf8')));
  const unloadable = summary.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  let failed = summary.numFailedTests + unloadable.length;
  // Unhandled errors and failing hooks have no test of their own.
  if (exitCode !== 0 && failed === 0) failed = 1;
  return { passed: summary.numPassedTests, failed, skipped: summary.numPendingTests + summary.numTodoTests };
}

const folder = await mkdtemp(join(tmpdir(), 'airgap-test-'));
try {
  await ensureHostPackages(console.log, TEST_COMMANDS);
  const counts = [
    await staticCheck('lint', 'biome', ['check', '.']),
    await staticCheck('import rule', 'depcruise', ['--config', '.dependency-cruiser.cjs', ...folders]),
    await staticCheck('types', 'tsc', ['--noEmit']),
    await staticCheck('types of the wizard', 'tsc', ['--noEmit', '-p', 'renderer']),
    await staticCheck('types of the desktop app', 'tsc', ['--noEmit', '-p', 'electron']),
    await vitest('unit', folder),
    await vitest('e2e', folder),
  ];
  const sum = (key: keyof Counts) => counts.reduce((total, count) => total + count[key], 0);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
