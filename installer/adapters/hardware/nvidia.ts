import type { HardwareFacts } from '../../contract/facts.ts';
import { type CommandOutcome, runBounded } from './bounded-command.ts';
import { findProgram, unusableProgram } from './find-program.ts';
import {
  type NvidiaColumn,
  type NvidiaTable,
  nvidiaBaseColumns,
  nvidiaColumns,
  parseNvidiaTable,
} from './nvidia-table.ts';

/** Where drivers put nvidia-smi when the PATH does not say so (the second: Windows' subsystem for Linux). */
export const nvidiaFolders = ['/usr/bin', '/usr/lib/wsl/lib', '/usr/local/bin', '/opt/bin', '/usr/local/nvidia/bin'];

export interface NvidiaFacts {
  gpus: HardwareFacts['gpus'];
  nvidia: HardwareFacts['nvidia'];
  notes: string[];
}

export interface NvidiaOptions {
  path: string;
  folders: readonly string[];
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** nvidia-smi's exit code for "a supplied argument or flag is invalid", which an unknown column is. */
const exitInvalidArgument = 2;

/** Asks nvidia-smi for all GPUs. One that hangs or fails is a state, never an exception. */
export async function readNvidia({ path, folders, timeoutMs, signal }: NvidiaOptions): Promise<NvidiaFacts> {
  const program = await findProgram('nvidia-smi', path, folders);
  if (program === undefined) return { gpus: [], nvidia: await whyNone(path, folders), notes: [] };
  let columns: readonly NvidiaColumn[] = nvidiaColumns;
  let outcome = await query(program, columns, { timeoutMs, signal });
  if (outcome.state === 'exited' && outcome.exitCode === exitInvalidArgument) {
    columns = nvidiaBaseColumns;
    outcome = await query(program, columns, { timeoutMs, signal });
  }
  return judge(outcome, columns, timeoutMs);
}

/** A driver whose nvidia-smi nobody may run is not the same as no driver. */
async function whyNone(path: string, folders: readonly string[]): Promise<NvidiaFacts['nvidia']> {
  const unusable = await unusableProgram('nvidia-smi', path, folders);
  if (unusable?.kind !== 'file') return { state: 'none', detail: '' };
  return { state: 'error', detail: `${unusable.place}: ${unusable.errno}` };
}

function query(
  program: string,
  columns: readonly NvidiaColumn[],
  limits: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<CommandOutcome> {
  return runBounded(program, [`--query-gpu=${columns.join(',')}`, '--format=csv,noheader,nounits'], limits);
}

function judge(outcome: CommandOutcome, columns: readonly NvidiaColumn[], timeoutMs: number): NvidiaFacts {
  if (outcome.state === 'timeout') {
    return { gpus: [], nvidia: { state: 'timeout', detail: `no answer within ${timeoutMs} ms` }, notes: [] };
  }
  if (outcome.state === 'failed') {
    return { gpus: [], nvidia: { state: 'error', detail: outcome.detail }, notes: [] };
  }
  // a GPU that fell off the bus is told between the rows of those that work: keep the rows, say that there was more
  const table = parseNvidiaTable(outcome.stdout, columns);
  const detail = complaint(outcome, table);
  return {
    gpus: table.gpus,
    nvidia: { state: detail === undefined ? 'ok' : 'error', detail: detail ?? '' },
    notes: table.notes,
  };
}

function complaint(
  outcome: { exitCode: number; stdout: string; stderr: string },
  table: NvidiaTable,
): string | undefined {
  if (outcome.exitCode !== 0) {
    const said = table.strange[0] ?? outcome.stderr.trim().split('\n')[0] ?? '';
    return `exit ${outcome.exitCode}: ${said.slice(0, 200)}`;
  }
  if (table.strange[0] !== undefined) return `unexpected output: ${table.strange[0]}`;
  return table.gpus.length === 0 ? 'no GPU listed' : undefined;
}
