import { basename } from 'node:path';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { type AffectedVersion, findAffected, openBackup } from '../../operations/index.ts';
import type { CommandContext } from '../command.ts';
import { formatCount, formatTime } from '../format-amount.ts';
import { createOpening, openAskingLate, operationContext } from '../session.ts';

const NAMED = 10;

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, settings } = context;
  const [, ...names] = context.arguments;
  await using opened = await openAskingLate(context, (passphrase) => {
    const opening = createOpening(context, { operation: 'affected', purpose: 'read', passphrase });
    return openBackup({ ...opening, verification: 'none' }, operationContext(context));
  });
  const most = settings.get('full-result') ? Number.MAX_SAFE_INTEGER : NAMED;
  const result = findAffected(
    opened.database,
    names.map((name) => basename(name)),
    most,
  );
  for (const name of result.unknownNames)
    output.write('warning', 'volume-unknown', `The local database does not know a volume '${name}'.`);
  output.printJson({ operation: 'affected', ...result });
  for (const version of result.versions) print(version, context);
  if (result.versions.length === 0) output.print('Nothing depends on these volumes.');
  return EXIT_CODES.success;
}

function print(
  { version, timestamp, losesList, affectedEntries, paths }: AffectedVersion,
  { output }: CommandContext,
): void {
  const list = losesList ? ', and its file list, which can be stored again with: ashlar repair' : '';
  output.print(
    `Version ${version} of ${formatTime(timestamp * 1000)}: ${formatCount(affectedEntries, 'entry', 'entries')}${list}`,
  );
  for (const path of paths) output.print(`  ${path}`);
  if (affectedEntries > paths.length)
    output.print(`  and ${affectedEntries - paths.length} more; --full-result shows all`);
}
