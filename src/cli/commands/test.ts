import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import {
  openBackup,
  readTestSettings,
  runTest,
  type TestCoverage,
  testFields,
} from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { formatBytes, formatCount } from '../format-amount.ts';
import { createOpening, findPassphrase, operationContext } from '../session.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, settings } = context;
  const samples = readSamples(context.arguments[1]);
  const opening = createOpening(context, {
    operation: 'test',
    purpose: 'read',
    passphrase: await findPassphrase(context),
  });
  const operation = operationContext(context);
  await using opened = await openBackup(opening, operation);
  const result = await runTest(opened, readTestSettings(settings, samples, Math.random), operation);
  context.book.setResult(testFields(result), opened.remote.statistics);
  output.printJson({
    operation: 'test',
    ...result,
    transfer: opened.remote.statistics,
    warnings: output.counts.warnings,
    errors: output.counts.errors,
  });
  const faulty = result.faultyVolumes.filter(({ isError }) => isError).length;
  output.print(
    `Tested: ${formatCount(result.testedVolumes, 'volume')}, with the hashes of ${formatCount(result.hashedBlocks, 'block')}`,
  );
  output.print(faulty === 0 ? 'No errors were found.' : `Faulty: ${formatCount(faulty, 'volume')}`);
  printCoverage(result.coverage, context);
  return result.hasErrors ? EXIT_CODES.errors : EXIT_CODES.success;
}

/** Whether the whole backup is read back at all, and how long that takes, only many tests together show. */
function printCoverage(
  { stored, read, recent, longestAgoMs }: TestCoverage,
  { output }: CommandContext,
): void {
  if (longestAgoMs === undefined) return;
  const share = (bytes: number) => `${stored.bytes === 0 ? 0 : Math.floor((bytes / stored.bytes) * 100)} %`;
  const parts = recent.map(({ days, bytes }) => `${share(bytes)} within ${formatCount(days, 'day')}`);
  const oldest = new Date(longestAgoMs).toISOString().slice(0, 10);
  output.print(
    `Read back up to now: ${formatBytes(read.bytes)} of ${formatBytes(stored.bytes)} (${share(read.bytes)}); ${parts.join(', ')}; longest ago: ${oldest}`,
  );
}

function readSamples(text = '1'): number | 'all' {
  if (['all', 'everything'].includes(text.toLowerCase())) return 'all';
  const samples = Number(text);
  if (Number.isSafeInteger(samples) && samples > 0) return samples;
  throw new CommandLineError('arguments-invalid', `Cannot test '${text}' samples.`, {
    details: { samples: text },
    hint: "Give a number from 1 on, or 'all'.",
  });
}
