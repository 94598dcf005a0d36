import { implement } from '@orpc/server';
import { InstallerError } from '../base/errors.ts';
import { contract } from '../contract/api.ts';
import { activeRuns } from './active-runs.ts';
import { bundleSbom } from './bundle-sbom.ts';
import { inspectBundle, verifyWholeBundle } from './bundle-view.ts';
import { checkMachine } from './check.ts';
import type { EngineContext } from './context.ts';
import { contractError, isEventIterator, requireWriter, translated } from './guard.ts';
import { requireInstalled } from './installation.ts';
import { openBundle } from './open-bundle.ts';
import { installPlan } from './plan.ts';
import { stepInfos } from './plan-builder.ts';
import { previewInstall } from './preview.ts';
import { compareRoots, replaceRootPlan } from './replace-root.ts';
import { reportPageOf } from './report-page.ts';
import { findReport, verifyReport, writeReportAgain } from './reports.ts';
import { revealSecrets, saveSecrets } from './reveal-secrets.ts';
import { requireRoot } from './rights.ts';
import { requireUnfinishedInstall, rollBackJob } from './roll-back-plan.ts';
import type { RunHandle } from './runs.ts';
import { scanMedia } from './scan.ts';
import { withSitePresets } from './site-presets.ts';
import { smokePlan } from './smoke-plan.ts';
import { siteStatus } from './status.ts';
import { saveSupportData } from './support-data.ts';
import { previewUninstall, uninstallPlan } from './uninstall-plan.ts';
import { validateAnswers } from './validate-answers.ts';

/** A plan's list of steps can be read without a run; whoever wires one needs a run's journal. */
const noRun: RunHandle = {
  id: '',
  get journal(): never {
    throw new InstallerError('INTERNAL', { params: { what: 'a plan was run without a run' } });
  },
};

/**
 * The contract's implementation. A window that only looks on is stopped here, by what the contract says of a procedure.
 * Whatever is thrown, also out of an event iterator, leaves as the contract's own error with code, params and causes; the
 * original never crosses.
 */
const api = implement(contract)
  .$context<EngineContext>()
  .use(async ({ next, errors, context, procedure }) => {
    const translate = (thrown: unknown) => errors.INSTALLER({ data: contractError(thrown) });
    try {
      requireWriter(procedure['~orpc'].meta, context.session);
      const result = await next();
      if (!isEventIterator(result.output)) return result;
      return { ...result, output: translated(result.output, translate) };
    } catch (thrown) {
      throw translate(thrown);
    }
  });

export const router = api.router({
  media: {
    scan: api.media.scan.handler(({ context, signal }) => scanMedia(context.ports.mediaScan, signal)),
  },
  bundle: {
    inspect: api.bundle.inspect.handler(({ input }) => inspectBundle(input.dir)),
    verify: api.bundle.verify.handler(({ input, signal }) =>
      verifyWholeBundle(input, signal ?? new AbortController().signal),
    ),
    open: api.bundle.open.handler(async ({ input, context, signal }) => {
      const opened = await openBundle(context.ports, input);
      return { ...opened, product: await withSitePresets(context.ports, opened.product, signal) };
    }),
    sbom: api.bundle.sbom.handler(({ input, context }) => bundleSbom(context.ports, input)),
  },
  root: {
    compare: api.root.compare.handler(({ input, context }) => compareRoots(context.ports, input.file)),
  },
  check: api.check.handler(({ input, context, signal }) => checkMachine(context.ports, input, signal)),
  answers: {
    validate: api.answers.validate.handler(({ input }) => validateAnswers(input)),
  },
  plan: {
    preview: api.plan.preview.handler(({ input, context, signal }) =>
      previewInstall(context.ports, input, stepInfos(installPlan(context.ports, noRun)), signal),
    ),
  },
  draft: {
    get: api.draft.get.handler(({ context }) => context.draft.read()),
    set: api.draft.set.handler(async ({ input, context }) => {
      await context.draft.write(input, context.session);
      return {};
    }),
    follow: api.draft.follow.handler(({ context, signal }) => context.draft.follow(context.session, signal)),
  },
  runs: {
    active: api.runs.active.handler(({ context }) => activeRuns(context.ports, context.runs)),
    planInstall: api.runs.planInstall.handler(({ context }) => stepInfos(installPlan(context.ports, noRun))),
    startInstall: api.runs.startInstall.handler(({ input, context }) => {
      requireRoot();
      return context.runs.start('install', (handle) => {
        const plan = installPlan(context.ports, handle);
        return {
          plan,
          initial: { request: input, steps: stepInfos(plan) },
          undoOnRefusal: handle.journal.installed() === undefined,
        };
      });
    }),
    startSmoke: api.runs.startSmoke.handler(({ context }) => {
      requireRoot();
      requireInstalled(context.ports);
      return context.runs.start('smoke', (handle) => ({
        plan: smokePlan(context.ports, handle),
        initial: {},
        undoOnRefusal: false,
      }));
    }),
    startReplaceRoot: api.runs.startReplaceRoot.handler(({ input, context }) => {
      requireRoot();
      return context.runs.start('replaceRoot', (handle) => ({
        plan: replaceRootPlan(handle),
        initial: { request: input },
        undoOnRefusal: false,
      }));
    }),
    previewUninstall: api.runs.previewUninstall.handler(({ input, context }) => {
      requireRoot();
      return previewUninstall(context.ports, input);
    }),
    startUninstall: api.runs.startUninstall.handler(async ({ input, context }) => {
      requireRoot();
      await previewUninstall(context.ports, input);
      return context.runs.start('uninstall', (handle) => ({
        plan: uninstallPlan(context.ports, handle),
        initial: { request: input },
        undoOnRefusal: false,
      }));
    }),
    rollBack: api.runs.rollBack.handler(({ context }) => {
      requireRoot();
      const journal = context.ports.readJournal();
      try {
        requireUnfinishedInstall(journal);
      } finally {
        journal?.close();
      }
      return context.runs.start('rollBack', (handle) => rollBackJob(context.ports, handle));
    }),
    follow: api.runs.follow.handler(({ input, context, signal }) =>
      context.runs.follow(input.run, input.after, signal),
    ),
    cancel: api.runs.cancel.handler(({ input, context }) => ({ cancelled: context.runs.cancel(input.run) })),
  },
  control: {
    state: api.control.state.handler(({ context }) => context.session.state()),
    claim: api.control.claim.handler(({ context }) => context.session.claim()),
    release: api.control.release.handler(({ context }) => context.session.release()),
  },
  secrets: {
    reveal: api.secrets.reveal.handler(({ context }) => revealSecrets(context.ports)),
    save: api.secrets.save.handler(({ input, context }) => saveSecrets(context.ports, input.dir)),
  },
  status: api.status.handler(({ context }) => siteStatus(context.ports)),
  report: {
    write: api.report.write.handler(({ input, context }) => writeReportAgain(context.ports, input.out)),
    save: api.report.save.handler(({ input, context }) => writeReportAgain(context.ports, input.dir)),
    html: api.report.html.handler(({ input, context }) => reportPageOf(context.ports, input)),
    find: api.report.find.handler(({ input, context }) => findReport(context.ports, input.run)),
    verify: api.report.verify.handler(({ input }) => verifyReport(input.file, input.head)),
  },
  support: {
    save: api.support.save.handler(({ input, context, signal }) => saveSupportData(context.ports, input.dir, signal)),
  },
});
