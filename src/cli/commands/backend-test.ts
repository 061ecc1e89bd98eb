import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import {
  connect,
  type RoundResult,
  readBackendTestSettings,
  readTarget,
  testBackend,
} from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes, formatCount } from '../format-amount.ts';
import { findPlaces, operationContext } from '../session.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, settings } = context;
  const [url = ''] = context.arguments;
  const operation = operationContext(context);
  await using destination = await connect(readTarget(url, settings, findPlaces(context)), operation.log);
  const result = await testBackend(destination, readBackendTestSettings(settings), operation);
  output.printJson({ operation: 'backend-test', ...result });
  for (const line of table(result.rounds)) output.print(line);
  for (const fault of result.faults) output.write('error', 'backend-fault', fault);
  output.print(
    result.faults.length === 0 ? 'No errors were found.' : formatCount(result.faults.length, 'fault'),
  );
  return result.faults.length === 0 ? EXIT_CODES.success : EXIT_CODES.errors;
}

const HEADINGS = ['round', 'files', 'size', 'upload', 'download', 'list', 'delete'] as const;
const COLUMN = 13;

function* table(rounds: readonly RoundResult[]): Generator<string> {
  yield row(HEADINGS);
  for (const [index, round] of rounds.entries()) {
    yield row([
      String(index + 1),
      String(round.files),
      formatBytes(round.bytes),
      `${formatBytes(rate(round.bytes, round.uploadMs))}/s`,
      `${formatBytes(rate(round.bytes, round.downloadMs))}/s`,
      `${Math.round(round.listMs)} ms`,
      `${Math.round(round.deleteMs)} ms`,
    ]);
  }
}

function row(cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(COLUMN)).join('');
}

function rate(bytes: number, tookMs: number): number {
  return Math.round((bytes / Math.max(tookMs, 1)) * 1000);
}
