import Table from 'cli-table3';

/** A plain table without rules between its rows: thirty findings must fit on a screen. */
export function compactTable(head: readonly string[] = [], colWidths: readonly number[] = []): Table.Table {
  return new Table({
    head: [...head],
    colWidths: [...colWidths],
    wordWrap: true,
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
}
