import { asInstallerError } from '../base/errors.ts';
import type { ActiveRuns } from '../contract/wizard.ts';
import type { RunRow } from '../ports/journal.ts';
import { journalIfAllowed } from './looking-journal.ts';
import type { EnginePorts } from './ports.ts';
import type { Runs } from './runs.ts';

/** What goes on here, in this process or in another, what was cut off, and what ended last. */
export function activeRuns(ports: EnginePorts, runs: Runs): ActiveRuns {
  const journal = journalIfAllowed(ports);
  try {
    const rows = journal?.runs(20) ?? [];
    const ended = rows.find(({ outcome }) => outcome !== null);
    const last = ended === undefined ? null : { ...summary(ended), outcome: ended.outcome ?? '' };
    const [newest] = rows;
    const open = newest?.outcome === null ? newest : undefined;
    const none = { run: null, action: null, startedAt: null, owner: false, interrupted: null, last };
    if (open === undefined) return none;
    const { run, ...rest } = summary(open);
    if (runs.activeRun === open.id) return { ...none, run, ...rest, owner: true };
    if (heldByAnother(ports)) return { ...none, run, ...rest };
    return { ...none, interrupted: summary(open) };
  } finally {
    journal?.close();
  }
}

function summary({ id, action, startedAt }: RunRow) {
  return { run: id, action, startedAt };
}

/** The lock tells whether the process behind a run is alive: the kernel drops it with the process. */
function heldByAnother({ openJournal }: EnginePorts): boolean {
  try {
    openJournal().close();
    return false;
  } catch (error) {
    const { code } = asInstallerError(error);
    // without rights for the folder nobody can say; starting a run will
    if (code !== 'DATA_DIR_BUSY' && code !== 'DATA_DIR_UNUSABLE') throw error;
    return code === 'DATA_DIR_BUSY';
  }
}
