import type { FieldRow } from '../../mirror/index.ts';
import type { ConsoleOutput } from '../console-output.ts';
import { renderTable } from './table.ts';

/** Prints fields with their values and where each comes from. */
export function printFields(rows: readonly FieldRow[], output: ConsoleOutput): void {
  const columns = [
    { heading: 'Field', cell: ({ name }: FieldRow) => name },
    { heading: 'From', cell: ({ origin }: FieldRow) => origin },
    { heading: 'Value', cell: ({ value }: FieldRow) => showValue(value) },
  ];
  for (const line of renderTable(columns, rows)) output.print(line);
}

function showValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
