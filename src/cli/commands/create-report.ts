import { resolve } from 'node:path';
import process from 'node:process';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { createReport } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { findKnownDatabase } from '../known-database.ts';
import { systemFacts } from '../system-facts.ts';

const DEFAULT_OUTPUT = 'ashlar-report.zip';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, clock } = context;
  const outputPath = resolve(context.arguments[1] ?? DEFAULT_OUTPUT);
  createReport({
    databasePath: findKnownDatabase(context),
    outputPath,
    facts: systemFacts(),
    processId: process.pid,
    nowMs: clock.now(),
  });
  context.book.setResult({ TargetPath: outputPath }, undefined);
  output.printJson({ operation: 'create-report', outputPath });
  output.print(`The report is in '${outputPath}'. It holds no names of files, no passphrase and no texts.`);
  return EXIT_CODES.success;
}
