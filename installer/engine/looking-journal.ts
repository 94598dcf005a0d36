import { asInstallerError } from '../base/errors.ts';
import type { Journal } from '../ports/journal.ts';
import type { EnginePorts } from './ports.ts';

/** The journal for what an unprivileged user may ask too; undefined where there is none, or where only root may read it. */
export function journalIfAllowed(ports: EnginePorts): Journal | undefined {
  try {
    return ports.readJournal();
  } catch (thrown) {
    if (asInstallerError(thrown).code === 'NOT_ROOT') return undefined;
    throw thrown;
  }
}

/** Whether there is a journal that only root may read: then nobody else can say what on this machine is the installer's own. */
export function journalIsPrivate(ports: EnginePorts): boolean {
  try {
    ports.readJournal()?.close();
    return false;
  } catch (thrown) {
    if (asInstallerError(thrown).code === 'NOT_ROOT') return true;
    throw thrown;
  }
}
