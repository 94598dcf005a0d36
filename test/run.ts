/**
 * `npm test`: lint with the import rule, type check, then every vitest suite, and one closing line with the counts.
 * The static checks count as one test each; a suite file that could not even be loaded counts as failed. What failed is
 * named again above that line, because the end of a long log is what people are shown, and so are the suites that cannot run on this machine.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { type Counts, closing } from './closing.ts';
import { whyNotRun } from './electron/why-not-run.ts';
import { COMMANDS, lackingCommands, type Machine, type NotRun, notRunnable, unmet } from './needs.ts';
import { ensureHostPackages } from './site/host-packages.ts';
import { obstacles } from './site/obstacles.ts';

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

/** Where `vitest list` says that a suite lies. */
const listed = z.array(z.object({ file: z.string() }));

const folders = ['installer', 'bundles', 'electron', 'renderer', 'test'];

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

async function suitesOf(projects: readonly string[]): Promise<string[]> {
  const chosen = projects.flatMap((name) => ['--project', name]);
  const { stdout } = await execa('vitest', ['list', '--filesOnly', '--json', ...chosen], { preferLocal: true });
  return listed.parse(JSON.parse(stdout)).map(({ file }) => file);
}

/**
 * Files run beside each other as far as their project allows it: a process for each core. Those that cannot run on this machine are left
 * out and named at the end.
 */
async function vitest(folder: string, ...projects: readonly [string, ...string[]]): Promise<Counts> {
  const project = projects.join(', ');
  console.log(`\n== ${project} suites`);
  const report = join(folder, `${projects.join('-')}.json`);
  const chosen = projects.flatMap((name) => ['--project', name]);
  const left = await notRunnable(await suitesOf(projects), machine);
  notRun.push(...left.map(({ file, why }) => ({ what: relative(process.cwd(), file), suites: 1, why })));
  const without = left.map(({ file }) => `--exclude=${relative(process.cwd(), file)}`);
  const { exitCode } = await execa(
    'vitest',
    [
      'run',
      ...chosen,
      ...without,
      '--maxWorkers=100%',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
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

/** Said above the closing line. */
const notRun: NotRun[] = [];

/** A whole group of suites, where the machine has what all of them need. */
async function group(folder: string, project: string, why: string | null): Promise<Counts> {
  if (why === null) return vitest(folder, project);
  const suites = (await suitesOf([project])).length;
  notRun.push({ what: project, suites, why });
  console.log(`\n== ${project} suites\n${suites} suites not run: ${why}`);
  return { passed: 0, failed: 0, skipped: 0, failures: [] };
}

/** What this machine has, after what it lacks was installed as far as that can be done. */
async function lookAtMachine(): Promise<Machine> {
  let whyLacking = 'it could not be installed';
  try {
    await ensureHostPackages(console.log, COMMANDS);
  } catch (error) {
    whyLacking = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
  return { root: process.getuid?.() === 0, obstacles: obstacles(), lacking: lackingCommands(), whyLacking };
}

/** An Electron cannot be had on every machine. */
const desktop = async () => unmet(['containers'], machine) ?? (await whyNotRun(console.log));

const machine = await lookAtMachine();
const folder = await mkdtemp(join(tmpdir(), 'airgap-test-'));
try {
  const counts = [
    await staticCheck('lint', 'biome', ['check', '.']),
    await staticCheck('import rule', 'depcruise', ['--config', '.dependency-cruiser.cjs', ...folders]),
    await staticCheck('types', 'tsc', ['--noEmit']),
    await staticCheck('types of the wizard', 'tsc', ['--noEmit', '-p', 'renderer']),
    await staticCheck('types of the desktop app', 'tsc', ['--noEmit', '-p', 'electron']),
    await vitest(folder, 'unit', 'trust'),
    await group(folder, 'e2e', unmet(['containers'], machine)),
    await group(folder, 'wizard', unmet(['chromium'], machine)),
    await group(folder, 'wizard-real', unmet(['containers', 'chromium'], machine)),
    await group(folder, 'electron', await desktop()),
  ];
  const { lines, exitCode } = closing(counts, notRun, process.env);
  for (const line of lines) console.log(line);
  process.exitCode = exitCode;
} finally {
  await rm(folder, { recursive: true, force: true });
}
