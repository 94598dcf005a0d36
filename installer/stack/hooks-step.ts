import { InstallerError } from '../base/errors.ts';
import type { Hook } from '../contract/product.ts';
import type { StackFiles, StackRuntime } from '../ports/runtime.ts';
import type { Step, StepContext } from '../ports/step.ts';
import type { Redact } from './redaction.ts';
import { type HookEnvironment, lookAtHook, runHook } from './run-hook.ts';

export interface RunHooksInput {
  runtime: StackRuntime;
  files: StackFiles;
  /** In this order. */
  hooks: readonly Hook[];
  /** What the journal says of these hooks on this site. */
  proven: HooksProven;
  redact: Redact;
}

/** `here`: all were seen done since the last uninstall, so in the data that is here now; `ever`: before that at least. */
export interface HooksProven {
  here: boolean;
  ever: boolean;
}

export interface HooksRun {
  /** Ids of the hooks that are now true, whoever made them so. */
  done: string[];
  /** Ids of those that were true once and whose work people have changed since, as the product lets them. */
  changed: string[];
}

/** The product's work after its services are healthy: migrations, the administrator. Databases are not migrated back. */
export const runHooks: Step<RunHooksInput, HooksRun> = {
  id: 'runHooks',
  weight: 4,
  unit: 'items',
  reversible: false,

  async check(input, context) {
    const output: HooksRun = { done: [], changed: [] };
    for (const hook of input.hooks) {
      const { done, changed } = await lookAtHook(hook, environment(input, context));
      if (done) output.done.push(hook.id);
      else if (changed && input.proven.here) output.changed.push(hook.id);
      else return undefined;
    }
    for (const id of output.changed) context.emit(leftAlone(id));
    return output;
  },

  async run(input, context) {
    const total = input.hooks.length;
    const output: HooksRun = { done: [], changed: [] };
    for (const [index, hook] of input.hooks.entries()) {
      context.progress(index, total, hook.id);
      if ((await lookAtHook(hook, environment(input, context))).done) {
        output.done.push(hook.id);
        continue;
      }
      // Also one that looks changed: in new data there is nothing yet that anybody could have changed.
      const outcome = await runHook(hook, environment(input, context), input.proven.ever);
      output[outcome].push(hook.id);
      context.emit(
        outcome === 'changed'
          ? leftAlone(hook.id)
          : { kind: 'log', level: 'info', source: 'hooks', message: `${hook.id}: done` },
      );
    }
    context.progress(total, total);
    return output;
  },

  async verify(output, input, context) {
    for (const hook of input.hooks) {
      const { done, changed } = await lookAtHook(hook, environment(input, context));
      if (done || (changed && output.changed.includes(hook.id))) continue;
      throw new InstallerError('HOOK_FAILED', { params: { hook: hook.id, stage: 'doneWhen', exitCode: 0 } });
    }
  },
};

function leftAlone(id: string) {
  const message = `${id}: done earlier on this site and changed since; left as it is`;
  return { kind: 'log', level: 'info', source: 'hooks', message } as const;
}

function environment({ runtime, files, redact }: RunHooksInput, { signal }: StepContext): HookEnvironment {
  return { runtime, files, redact, signal };
}
