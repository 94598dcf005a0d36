import { InstallerError } from '../base/errors.ts';
import { endOf } from '../base/foreign-text.ts';
import type { Hook } from '../contract/product.ts';
import type { ExecResult } from '../ports/containers.ts';
import type { StackFiles, StackRuntime } from '../ports/runtime.ts';
import { type Redact, redactError } from './redaction.ts';

export interface HookEnvironment {
  runtime: StackRuntime;
  files: StackFiles;
  redact: Redact;
  signal: AbortSignal;
}

const shownOutput = 4000;

export interface HookLook {
  /** `doneWhen` ended with 0 and a line of its output matches. */
  done: boolean;
  /** It says what the product declares for work that people have changed since. Means nothing by itself. */
  changed: boolean;
}

export async function lookAtHook(hook: Hook, environment: HookEnvironment): Promise<HookLook> {
  return judge(hook, await execute(hook.doneWhen, environment));
}

/**
 * Runs the hook and looks again. HOOK_FAILED (params hook, exitCode, stage) with the end of its output as the cause.
 *
 * @param provenBefore `doneWhen` was true on this site once: then what the hook found there and people have changed is `changed`
 */
export async function runHook(
  hook: Hook,
  environment: HookEnvironment,
  provenBefore: boolean,
): Promise<'done' | 'changed'> {
  const ran = await guarded(hook, 'run', environment, () => execute(hook.run, environment));
  if (ran.exitCode !== 0) throw failed(hook, 'run', ran, environment.redact);
  const looked = await guarded(hook, 'doneWhen', environment, () => execute(hook.doneWhen, environment));
  const { done, changed } = judge(hook, looked);
  if (done) return 'done';
  const found = hook.changedWhen !== undefined && matches(hook.changedWhen.runMatches, ran.stdout);
  if (provenBefore && changed && found) return 'changed';
  throw failed(hook, 'doneWhen', looked, environment.redact);
}

function judge(hook: Hook, { exitCode, stdout }: ExecResult): HookLook {
  const { doneWhen, changedWhen } = hook;
  const done = exitCode === 0 && matches(doneWhen.stdoutMatches, stdout);
  const changed = exitCode === 0 && changedWhen !== undefined && matches(changedWhen.lookMatches, stdout);
  return { done, changed: changed && !done };
}

/** `^` and `$` stand for lines: commands print more than the line that counts. */
function matches(pattern: string, stdout: string): boolean {
  return new RegExp(pattern, 'm').test(stdout);
}

function execute(command: Hook['run'], { runtime, files, signal }: HookEnvironment): Promise<ExecResult> {
  return runtime.exec(files, command.service, command.argv, { timeoutMs: command.timeoutSeconds * 1000, signal });
}

/** A time limit that passed is the hook's failure; a cancel stays a cancel. */
async function guarded<T>(hook: Hook, stage: string, { redact }: HookEnvironment, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InstallerError) || error.code !== 'TIMED_OUT') throw redactError(error, redact);
    throw new InstallerError('HOOK_FAILED', {
      params: { hook: hook.id, stage, exitCode: -1 },
      cause: redactError(error, redact),
    });
  }
}

function failed(hook: Hook, stage: 'run' | 'doneWhen', result: ExecResult, redact: Redact): InstallerError {
  const output = endOf(redact(`${result.stdout}\n${result.stderr}`.trim()), shownOutput);
  return new InstallerError('HOOK_FAILED', {
    params: { hook: hook.id, stage, exitCode: result.exitCode },
    expected: stage === 'run' ? 'exit code 0' : `exit code 0 and /${hook.doneWhen.stdoutMatches}/`,
    found: `exit code ${result.exitCode}`,
    cause: new Error(output),
  });
}
