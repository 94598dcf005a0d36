import { InstallerError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { ReplaceRootRequest, RootComparison, RootView } from '../contract/requests.ts';
import type { Step } from '../ports/step.ts';
import { readTrustedRoot } from '../trust/officer-root.ts';
import { parseRoot } from '../trust/root-document.ts';
import { keysOf } from '../trust/threshold.ts';
import { startPlan } from './plan-builder.ts';
import type { EnginePorts } from './ports.ts';
import type { RunHandle } from './runs.ts';

/** The site's remembered root and the one in `file`, to be compared by a person. Throws ROOT_MISSING, ROOT_FORMAT. */
export async function compareRoots({ readJournal }: EnginePorts, file: string | null): Promise<RootComparison> {
  const journal = readJournal();
  const trusted = journal?.trustedRoot();
  journal?.close();
  return {
    trusted: trusted === undefined ? null : viewOf(trusted.bytes, 'root.json'),
    given: file === null ? null : viewOf(await readTrustedRoot(file), file),
  };
}

function viewOf(bytes: Buffer, file: string): RootView {
  const { version, roles } = parseRoot(bytes, file);
  return { version, digest: sha256(bytes), keys: keysOf(roles) };
}

interface ReplaceInput {
  handle: RunHandle;
  file: string;
  /** Read once; what is remembered is these bytes. */
  bytes: Buffer;
  confirmed: ReplaceRootRequest['confirmed'];
}

/** One step: the file's root becomes the one that this site trusts, and the journal says who did it. */
export function replaceRootPlan(handle: RunHandle) {
  return startPlan<{ request: ReplaceRootRequest }>()
    .derive('bytes', ({ request }) => readTrustedRoot(request.root))
    .step('replaced', replaceRoot, ({ request: { root, confirmed }, bytes }) => ({
      ...{ handle, bytes, confirmed },
      file: root,
    }));
}

const replaceRoot: Step<ReplaceInput, true> = {
  id: 'replaceRoot',
  weight: 1,
  unit: 'items',
  reversible: false,
  async check({ handle, bytes, confirmed }) {
    requireShown(confirmed.new, sha256(bytes));
    const trusted = handle.journal.trustedRoot();
    if (trusted?.digest === confirmed.new) return true;
    requireShown(confirmed.old, trusted?.digest ?? null);
    return undefined;
  },
  async run({ handle, file, bytes, confirmed }, context) {
    const { version } = parseRoot(bytes, file);
    handle.journal.replaceRoot({ version, digest: confirmed.new, bytes }, handle.id, Date.now());
    const message = `trusted root ${confirmed.old ?? 'none'} replaced by ${confirmed.new}, version ${version}`;
    context.emit({ kind: 'log', level: 'warn', source: 'replaceRoot', message });
    return true;
  },
  async verify(_output, { handle, confirmed }) {
    const found = handle.journal.trustedRoot()?.digest ?? null;
    if (found !== confirmed.new) {
      throw new InstallerError('INTERNAL', { expected: confirmed.new, found: found ?? 'none' });
    }
  },
};

function requireShown(expected: string | null, found: string | null): void {
  if (expected === found) return;
  throw new InstallerError('ROOT_CHANGED_SINCE', { expected: expected ?? '-', found: found ?? '-' });
}
