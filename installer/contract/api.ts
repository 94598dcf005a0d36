import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { wireError } from './errors.ts';
import { engineEvent, stepInfo } from './events.ts';
import { bundleView, checkRequest, checkResult, installRequest, siteStatus, uninstallRequest } from './requests.ts';

/** Errors cross the wire with their code, params and causes in `data`. */
const base = oc.errors({ INSTALLER: { data: wireError } });

const runId = z.object({ run: z.string().max(64) });

/**
 * The one typed contract of the engine, for the command line (in process), the browser (WebSocket) and the desktop
 * (framed stdio). Long work is a run: `start…` gives its id at once, `follow` streams its events from any point on, so a
 * window that reloads loses nothing.
 */
export const contract = {
  bundle: {
    /** What a bundle says of itself; nothing is verified. */
    inspect: base.input(z.object({ dir: z.string() })).output(bundleView),
    /** Signatures, structure and every byte. `data` of the iterator: bytes hashed so far; returns the verified view. */
    verify: base
      .input(z.object({ dir: z.string(), root: z.string() }))
      .output(eventIterator(z.object({ done: z.number(), total: z.number(), path: z.string() }), bundleView)),
  },
  check: base.input(checkRequest).output(checkResult),
  runs: {
    planInstall: base.output(z.array(stepInfo)),
    startInstall: base.input(installRequest).output(runId),
    startSmoke: base.output(runId),
    startUninstall: base.input(uninstallRequest).output(runId),
    /** Replays the journaled events after `after` (0: all), then goes on live until the run is finished. */
    follow: base.input(runId.extend({ after: z.int().min(0) })).output(eventIterator(engineEvent)),
    cancel: base.input(runId).output(z.object({ cancelled: z.boolean() })),
  },
  status: base.output(siteStatus),
  report: {
    /** Writes the newest install's report again, into `out`; gives the files' paths. */
    write: base.input(z.object({ out: z.string().nullable() })).output(z.object({ files: z.array(z.string()) })),
    /** The report files of a run. */
    find: base.input(runId).output(z.object({ files: z.array(z.string()) })),
    /** Recomputes the chain of a report file, and compares its head with one written down elsewhere. */
    verify: base
      .input(z.object({ file: z.string(), head: z.string().nullable() }))
      .output(
        z.object({ valid: z.boolean(), head: z.string(), events: z.int(), product: z.string(), outcome: z.string() }),
      ),
  },
};
