import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ReactNode } from 'react';

export interface Row {
  key: string;
  cells: readonly ReactNode[];
}

/** A table that becomes a list of cards where it has no room. */
export function DataTable({
  label,
  columns,
  rows,
  widths = [],
}: {
  label: string;
  columns: readonly string[];
  rows: readonly Row[];
  /** Of the columns, in percent of the table. */
  widths?: readonly (10 | 15 | 20 | 30 | 40 | 50 | 60)[];
}) {
  return (
    <Table aria-label={label} variant="compact" gridBreakPoint="grid-lg">
      <Thead>
        <Tr>
          {columns.map((column, index) => {
            const width = widths[index];
            return (
              <Th key={column} modifier="wrap" {...(width === undefined ? {} : { width })}>
                {column}
              </Th>
            );
          })}
        </Tr>
      </Thead>
      <Tbody>
        {rows.map(({ key, cells }) => (
          <Tr key={key}>
            {columns.map((column, index) => (
              <Td key={column} dataLabel={column}>
                {cells[index]}
              </Td>
            ))}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
