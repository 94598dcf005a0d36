/**
 * `npm test`: lint with the import rule, type check, then every vitest suite, and one closing line with the counts.
 * The static checks count as one test each; a suite file that could not even be loaded counts as failed. What failed is
 * named again above that line, because the end of a long log is what people are shown.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { whyNotRun } from './electron/why-not-run.ts';
import { ensureHostPackages, TEST_COMMANDS } from './site/host-packages.ts';

const vitestSummary = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  numFailedTestSuites: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
});
type VitestSummary = z.infer<typeof vitestSummary>;

const folders = ['installer', 'bundles', 'electron', 'renderer', 'test'];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed, in words for the end of the output. */
  failures: readonly string[];
}

/** Lines of a failure that are repeated at the end; the whole of it stands above, where it happened. */
const FAILURE_LINES = 12;

async function staticCheck(name: string, command: string, args: readonly string[]): Promise<Counts> {
  console.log(`\n== ${name}`);
  const { exitCode } = await execa(command, args, { preferLocal: true, stdio: 'inherit', reject: false });
  const failed = exitCode === 0 ? 0 : 1;
  console.log(failed === 0 ? `${name}: passed` : `${name}: FAILED`);
  return { passed: 1 - failed, failed, skipped: 0, failures: failed === 0 ? [] : [name] };
}

const firstLines = (text: string) => text.split('\n').slice(0, FAILURE_LINES).join('\n    ');

function failuresOf(project: string, summary: VitestSummary): string[] {
  return summary.testResults.flatMap((file) => {
    const tests = file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${test.fullName}\n    ${firstLines(test.failureMessages?.join('\n') ?? '')}`);
    if (file.status === 'failed' && tests.length === 0) tests.push(firstLines(file.message ?? 'could not be loaded'));
    return tests.map((test) => `${project}: ${relative(process.cwd(), file.name)}\n    ${test}`);
  });
}

/** Files run beside each other as far as their project allows it: a process for each core. */
async function vitest(folder: string, ...projects: readonly [string, ...string[]]): Promise<Counts> {
  const project = projects.join(', ');
  console.log(`\n== ${project} suites`);
  const report = join(folder, `${projects.join('-')}.json`);
  const chosen = projects.flatMap((name) => ['--project', name]);
  const { exitCode } = await execa(
    'vitest',
    ['run', ...chosen, '--maxWorkers=100%', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { preferLocal: true, stdio: 'inherit', reject: false },
  );
  const summary = vitestSummary.parse(JSON.parse(await readFile(report, 'utf8')));
  const unloadable = summary.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  let failed = summary.numFailedTests + unloadable.length;
  const failures = failuresOf(project, summary);
  // Unhandled errors and failing hooks have no test of their own.
  if (exitCode !== 0 && failed === 0) {
    failed = 1;
    failures.push(`${project}: no test failed, but vitest ended with ${exitCode}: look for "Unhandled" above`);
  }
  const skipped = summary.numPendingTests + summary.numTodoTests;
  return { passed: summary.numPassedTests, failed, skipped, failures };
}

/** Said again above the closing line. */
const remarks: string[] = [];

/** The desktop suites, or why they are not run: an Electron cannot be had on every machine. */
async function desktopSuites(folder: string): Promise<Counts> {
  const why = await whyNotRun(console.log);
  if (why === null) return vitest(folder, 'electron');
  const suites = (await readdir(join(import.meta.dirname, 'electron'))).filter((name) => name.endsWith('.test.ts'));
  remarks.push(`electron: ${suites.length} suites not run: ${why}`);
  console.log(`\n== electron suites\n${remarks.at(-1)}`);
  return { passed: 0, failed: 0, skipped: suites.length, failures: [] };
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
    await vitest(folder, 'unit', 'trust'),
    await vitest(folder, 'e2e'),
    await vitest(folder, 'wizard'),
    await vitest(folder, 'wizard-real'),
    await desktopSuites(folder),
  ];
  const failures = counts.flatMap((count) => count.failures);
  if (failures.length > 0) console.log(`\n== what failed\n\n${failures.join('\n\n')}`);
  for (const remark of remarks) console.log(`\n${remark}`);
  const sum = (key: 'passed' | 'failed' | 'skipped') => counts.reduce((total, count) => total + count[key], 0);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
