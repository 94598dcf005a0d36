import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { draftState, wizardDraft } from './draft.ts';
import { wireError } from './errors.ts';
import { engineEvent, stepInfo } from './events.ts';
import {
  bundleView,
  checkRequest,
  checkResult,
  hostPath,
  installRequest,
  planRequest,
  replaceRootRequest,
  rootComparison,
  siteStatus,
  uninstallPreview,
  uninstallRequest,
} from './requests.ts';
import { sbomRequest, sbomView } from './sbom.ts';
import {
  activeRuns,
  answersVerdict,
  controlState,
  folderRequest,
  foundMedium,
  openBundleRequest,
  openedBundle,
  planPreview,
  reportPageRequest,
  reportPageView,
  revealedSecret,
  savedFile,
  validateAnswersRequest,
} from './wizard.ts';

/** What the engine must know of a procedure before it runs it. */
export interface ProcedureMeta {
  /** True: only the window that holds the claim may call it; a second window gets READ_ONLY. */
  changes: boolean;
}

/**
 * Errors cross the wire with their code, params and causes in `data`. A procedure changes something unless it says that it
 * only looks: one that is forgotten is refused to a second window, not given to it.
 */
const changes = oc.$meta<ProcedureMeta>({ changes: true }).errors({ INSTALLER: { data: wireError } });
const looks = changes.meta({ changes: false });

const runId = z.object({ run: z.string().max(64) });
const files = z.object({ files: z.array(z.string()) });

/**
 * The one typed contract of the engine, for the command line (in process), the browser (WebSocket) and the desktop
 * (framed stdio). Long work is a run: `start…` gives its id at once, `follow` streams its events from any point on, so a
 * window that reloads loses nothing.
 */
export const contract = {
  media: {
    /** Mounted media with a bundle.json at their root or up to two folders below. */
    scan: looks.output(z.array(foundMedium)),
  },
  bundle: {
    /** What a bundle says of itself; nothing is verified. */
    inspect: looks.input(z.object({ dir: z.string() })).output(bundleView),
    /** Signatures, structure and every byte. `data` of the iterator: bytes hashed so far; returns the verified view. */
    verify: looks
      .input(z.object({ dir: z.string(), root: z.string() }))
      .output(eventIterator(z.object({ done: z.number(), total: z.number(), path: z.string() }), bundleView)),
    /** Signatures and structure, and what the product is: fast, no byte of images or models is read. */
    open: looks.input(openBundleRequest).output(openedBundle),
    /** One list of components of a bundle, whose signatures are verified again and the list's bytes with them. */
    sbom: looks.input(sbomRequest).output(sbomView),
  },
  root: {
    /** The root that this site remembers, whatever is installed, and the one in a file. */
    compare: looks.input(z.object({ file: hostPath.nullable() })).output(rootComparison),
  },
  check: looks.input(checkRequest).output(checkResult),
  answers: {
    /** All that is wrong with the answers, field by field. */
    validate: looks.input(validateAnswersRequest).output(answersVerdict),
  },
  plan: {
    /** Changes nothing: what an install with this request would do. */
    preview: looks.input(planRequest).output(planPreview),
  },
  draft: {
    /** What was opened, decided and typed so far, whichever window it was in. */
    get: looks.output(draftState),
    /** Keeps it: a reload, another window and the engine's next start show it. */
    set: changes.input(wizardDraft).output(z.object({})),
    /** What `get` gives, then each change that another window makes. */
    follow: looks.output(eventIterator(draftState)),
  },
  runs: {
    planInstall: looks.output(z.array(stepInfo)),
    /** What goes on now, for a window that opens or comes back. */
    active: looks.output(activeRuns),
    startInstall: changes.input(installRequest).output(runId),
    startSmoke: changes.output(runId),
    /** ROOT_CHANGED_SINCE where either document is not the one that was shown. */
    startReplaceRoot: changes.input(replaceRootRequest).output(runId),
    /** What an uninstall would remove and what would stay; NOT_INSTALLED, ONLY_DATA_LEFT. */
    previewUninstall: looks.input(uninstallRequest).output(uninstallPreview),
    startUninstall: changes.input(uninstallRequest).output(runId),
    /** Takes back what installs made that did not come to their end; NOTHING_TO_ROLL_BACK when there is none. */
    rollBack: changes.output(runId),
    /** Replays the journaled events after `after` (0: all), then goes on live until the run is finished. */
    follow: looks.input(runId.extend({ after: z.int().min(0) })).output(eventIterator(engineEvent)),
    cancel: changes.input(runId).output(z.object({ cancelled: z.boolean() })),
  },
  control: {
    /** Whether this window may change things. */
    state: looks.output(controlState),
    /** Becomes the writer if no other window is. */
    claim: looks.output(controlState),
    /** Lets another window become the writer. */
    release: looks.output(controlState),
  },
  status: looks.output(siteStatus),
  secrets: {
    /** The generated secrets of the install: once, then SECRETS_SHOWN. */
    reveal: changes.output(z.array(revealedSecret)),
    /** Writes them into a new file of mode 0600 in a folder. */
    save: changes.input(folderRequest).output(savedFile),
  },
  report: {
    /** Writes the newest install's report again, into `out`; gives the files' paths. */
    write: changes.input(z.object({ out: z.string().nullable() })).output(files),
    /** The newest install's report files, into a folder. */
    save: changes.input(folderRequest).output(files),
    /** The report files of a run. */
    find: looks.input(runId).output(files),
    /** A run's report as a page to be shown and printed. */
    html: looks.input(reportPageRequest).output(reportPageView),
    /** Recomputes the chain of a report file, and compares its head with one written down elsewhere. */
    verify: looks
      .input(z.object({ file: z.string(), head: z.string().nullable() }))
      .output(
        z.object({ valid: z.boolean(), head: z.string(), events: z.int(), product: z.string(), outcome: z.string() }),
      ),
  },
  support: {
    /** A tar with the journal, the findings and the services' logs, without secrets. */
    save: changes.input(folderRequest).output(z.object({ file: z.string() })),
  },
};
