import { InstallerError } from '../base/errors.ts';
import type { Hook } from '../contract/product.ts';
import type { StackFiles, StackRuntime } from '../ports/runtime.ts';
import type { Step, StepContext } from '../ports/step.ts';
import type { Redact } from './redaction.ts';
import { type HookEnvironment, isHookDone, runHook } from './run-hook.ts';

export interface RunHooksInput {
  runtime: StackRuntime;
  files: StackFiles;
  /** In this order. */
  hooks: readonly Hook[];
  redact: Redact;
}

export interface HooksRun {
  /** Ids of the hooks that are now true, whoever made them so. */
  done: string[];
}

/** The product's work after its services are healthy: migrations, the administrator. Databases are not migrated back. */
export const runHooks: Step<RunHooksInput, HooksRun> = {
  id: 'runHooks',
  weight: 4,
  unit: 'items',
  reversible: false,

  async check(input, context) {
    for (const hook of input.hooks) {
      if (!(await isHookDone(hook, environment(input, context)))) return undefined;
    }
    return { done: input.hooks.map(({ id }) => id) };
  },

  async run(input, context) {
    const total = input.hooks.length;
    for (const [index, hook] of input.hooks.entries()) {
      context.progress(index, total, hook.id);
      if (await isHookDone(hook, environment(input, context))) continue;
      await runHook(hook, environment(input, context));
      context.emit({ kind: 'log', level: 'info', source: 'hooks', message: `${hook.id}: done` });
    }
    context.progress(total, total);
    return { done: input.hooks.map(({ id }) => id) };
  },

  async verify(_output, input, context) {
    for (const hook of input.hooks) {
      if (await isHookDone(hook, environment(input, context))) continue;
      throw new InstallerError('HOOK_FAILED', { params: { hook: hook.id, stage: 'doneWhen', exitCode: 0 } });
    }
  },
};

function environment({ runtime, files, redact }: RunHooksInput, { signal }: StepContext): HookEnvironment {
  return { runtime, files, redact, signal };
}
