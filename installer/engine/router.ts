import { implement } from '@orpc/server';
import { InstallerError, toWire } from '../base/errors.ts';
import { contract } from '../contract/api.ts';
import { inspectBundle, verifyWholeBundle } from './bundle-view.ts';
import { checkMachine } from './check.ts';
import type { EngineContext } from './context.ts';
import { installPlan } from './plan.ts';
import { stepInfos } from './plan-builder.ts';
import { findReport, verifyReport, writeReportAgain } from './reports.ts';
import { requireRoot } from './rights.ts';
import type { RunHandle } from './runs.ts';
import { smokePlan } from './smoke-plan.ts';
import { siteStatus } from './status.ts';
import { uninstallPlan } from './uninstall-plan.ts';

/** A plan's list of steps can be read without a run; whoever wires one needs a run's journal. */
const noRun: RunHandle = {
  id: '',
  get journal(): never {
    throw new InstallerError('INTERNAL', { params: { what: 'a plan was run without a run' } });
  },
};

/**
 * The contract's implementation. Whatever is thrown leaves as the contract's own error with code, params and causes; the
 * original never crosses.
 */
const api = implement(contract)
  .$context<EngineContext>()
  .use(async ({ next, errors }) => {
    try {
      return await next();
    } catch (thrown) {
      throw errors.INSTALLER({ data: toWire(thrown), cause: thrown });
    }
  });

export const router = api.router({
  bundle: {
    inspect: api.bundle.inspect.handler(({ input }) => inspectBundle(input.dir)),
    verify: api.bundle.verify.handler(({ input, signal }) =>
      verifyWholeBundle(input, signal ?? new AbortController().signal),
    ),
  },
  check: api.check.handler(({ input, context, signal }) => checkMachine(context.ports, input, signal)),
  runs: {
    planInstall: api.runs.planInstall.handler(({ context }) => stepInfos(installPlan(context.ports, noRun))),
    startInstall: api.runs.startInstall.handler(({ input, context }) => {
      requireRoot();
      return context.runs.start('install', (handle) => ({
        plan: installPlan(context.ports, handle),
        initial: { request: input },
        undoOnRefusal: handle.journal.installed() === undefined,
      }));
    }),
    startSmoke: api.runs.startSmoke.handler(({ context }) => {
      requireRoot();
      return context.runs.start('smoke', (handle) => ({
        plan: smokePlan(context.ports, handle),
        initial: {},
        undoOnRefusal: false,
      }));
    }),
    startUninstall: api.runs.startUninstall.handler(({ input, context }) => {
      requireRoot();
      return context.runs.start('uninstall', (handle) => ({
        plan: uninstallPlan(context.ports, handle),
        initial: { request: input },
        undoOnRefusal: false,
      }));
    }),
    follow: api.runs.follow.handler(({ input, context, signal }) =>
      context.runs.follow(input.run, input.after, signal),
    ),
    cancel: api.runs.cancel.handler(({ input, context }) => ({ cancelled: context.runs.cancel(input.run) })),
  },
  status: api.status.handler(({ context }) => siteStatus(context.ports)),
  report: {
    write: api.report.write.handler(({ input, context }) => writeReportAgain(context.ports, input.out)),
    find: api.report.find.handler(({ input, context }) => findReport(context.ports, input.run)),
    verify: api.report.verify.handler(({ input }) => verifyReport(input.file, input.head)),
  },
});
