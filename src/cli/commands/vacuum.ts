import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { vacuumDatabase, vacuumFields } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes } from '../format-amount.ts';
import { findKnownDatabase } from '../known-database.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, clock } = context;
  const databasePath = findKnownDatabase(context);
  const result = vacuumDatabase(databasePath, clock.now());
  context.book.setResult(vacuumFields(result), undefined);
  output.printJson({ operation: 'vacuum', databasePath, ...result });
  output.print(
    `The local database had ${formatBytes(result.bytesBefore)}, and has ${formatBytes(result.bytesAfter)} now.`,
  );
  return EXIT_CODES.success;
}
