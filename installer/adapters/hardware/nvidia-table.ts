import type { GpuFact } from '../../contract/facts.ts';

/** Columns of `nvidia-smi --query-gpu` in our order; `nvidia-smi --help-query-gpu` names them. */
export const nvidiaColumns = [
  'index',
  'name',
  'uuid',
  'driver_version',
  'compute_cap',
  'memory.total',
  'memory.free',
  'mig.mode.current',
] as const;

/** What drivers before 510 know: one unknown column makes nvidia-smi refuse the whole query. */
export const nvidiaBaseColumns = ['index', 'name', 'uuid', 'driver_version', 'memory.total', 'memory.free'] as const;

export type NvidiaColumn = (typeof nvidiaColumns)[number];

export interface NvidiaTable {
  gpus: GpuFact[];
  /** Lines that are no row of the table. */
  strange: string[];
  notes: string[];
}

const mebibyte = 1024 * 1024;

/** Reads `--format=csv,noheader,nounits` output; memory comes in MiB. Whatever is not a value becomes null. */
export function parseNvidiaTable(stdout: string, columns: readonly NvidiaColumn[]): NvidiaTable {
  const table: NvidiaTable = { gpus: [], strange: [], notes: [] };
  for (const line of stdout.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const row = splitRow(line, columns);
    const index = row === undefined ? Number.NaN : number(row.index);
    if (row === undefined || index === null || !Number.isSafeInteger(index)) {
      table.strange.push(line.slice(0, 200));
      continue;
    }
    const divided = row['mig.mode.current'] === 'Enabled';
    if (divided) table.notes.push(`GPU ${index}: MIG mode, its memory is divided and no process can use all of it`);
    table.gpus.push({
      index,
      name: text(row.name) ?? 'NVIDIA',
      uuid: text(row.uuid),
      driver: text(row.driver_version),
      computeCapability: text(row.compute_cap),
      vramBytes: divided ? null : bytes(row['memory.total']),
      vramFreeBytes: divided ? null : bytes(row['memory.free']),
    });
  }
  return table;
}

type Row = Partial<Record<NvidiaColumn, string>>;

/** nvidia-smi does not quote: a comma more than there are columns belongs to the name, the second column. */
function splitRow(line: string, columns: readonly NvidiaColumn[]): Row | undefined {
  const fields = line.split(',').map((field) => field.trim());
  const surplus = fields.length - columns.length;
  if (surplus < 0) return undefined;
  fields.splice(1, surplus + 1, fields.slice(1, surplus + 2).join(', '));
  return Object.fromEntries(columns.map((column, at) => [column, fields[at]]));
}

/** `[N/A]`, `[Not Supported]`, `[Insufficient Permissions]`, `[Unknown Error]` and the older `N/A` are no values. */
function text(field: string | undefined): string | null {
  return field === undefined || field === '' || field === 'N/A' || /^\[.*\]$/.test(field) ? null : field;
}

function number(field: string | undefined): number | null {
  return field !== undefined && /^\d{1,15}$/.test(field) ? Number(field) : null;
}

function bytes(field: string | undefined): number | null {
  const mebibytes = number(field);
  return mebibytes === null || mebibytes > 1e9 ? null : mebibytes * mebibyte;
}
