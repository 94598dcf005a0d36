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

/** True when the hook's `doneWhen` command ends with 0 and a line of its output matches. */
export async function isHookDone(hook: Hook, environment: HookEnvironment): Promise<boolean> {
  return isDone(hook, await execute(hook.doneWhen, environment));
}

/** Runs the hook and looks again. HOOK_FAILED (params hook, exitCode, stage) with the end of its output as the cause. */
export async function runHook(hook: Hook, environment: HookEnvironment): Promise<void> {
  const ran = await guarded(hook, 'run', environment, () => execute(hook.run, environment));
  if (ran.exitCode !== 0) throw failed(hook, 'run', ran, environment.redact);
  const looked = await guarded(hook, 'doneWhen', environment, () => execute(hook.doneWhen, environment));
  if (!isDone(hook, looked)) throw failed(hook, 'doneWhen', looked, environment.redact);
}

/** `^` and `$` stand for lines: commands print more than the line that counts. */
function isDone(hook: Hook, { exitCode, stdout }: ExecResult): boolean {
  return exitCode === 0 && new RegExp(hook.doneWhen.stdoutMatches, 'm').test(stdout);
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
