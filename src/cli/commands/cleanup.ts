import { serializeError } from '../../base/index.ts';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import {
  type CleanupResult,
  cleanSource,
  findOrphans,
  identifyDestination,
  type Orphan,
  removeTree,
} from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';
import { formatCount } from '../format-amount.ts';
import { type OpenedMirror, openMirror } from '../mirror/open-mirror.ts';

export async function run(command: CommandContext): Promise<ExitCode> {
  const { output, settings } = command;
  const isDryRun = settings.get('dry-run');
  using mirror = openMirror(command);
  const { configuration, context } = mirror;
  const sources =
    command.arguments.length === 0
      ? configuration.sources()
      : command.arguments.map((name) => configuration.source(name));
  const results: CleanupResult[] = [];
  for (const source of sources) results.push(await cleanSource(source, { isDryRun }, context));
  const orphans = command.arguments.length === 0 ? await treatOrphans(command, mirror) : [];
  output.printJson({ operation: 'cleanup', isDryRun, sources: results.map(toJson), orphans });
  for (const result of results) print(result, isDryRun, command);
  return results.some(({ error }) => error !== undefined) ? EXIT_CODES.errors : EXIT_CODES.success;
}

/** Names folders that nothing knows of, or deletes them where that was asked for. */
async function treatOrphans(command: CommandContext, mirror: OpenedMirror): Promise<readonly Orphan[]> {
  const { output, settings } = command;
  const removes = settings.get('remove-orphans') && !settings.get('dry-run');
  const orphans: Orphan[] = [];
  for (const destination of mirror.configuration.destinations()) {
    try {
      identifyDestination(destination);
    } catch (error) {
      output.write('warning', 'pull-orphans-unknown', `${destination.name}: ${String(error)}`);
      continue;
    }
    orphans.push(...findOrphans(destination, mirror.configuration, mirror.database));
  }
  for (const { path } of orphans) {
    if (removes) await removeTree(path);
    output.print(removes ? `Deleted '${path}', which belonged to nothing.` : `Belongs to nothing: '${path}'`);
  }
  return orphans;
}

function toJson({ source, decisions, vanished, leftovers, error }: CleanupResult) {
  return {
    source,
    versions: decisions.map(({ version, action, reason }) => ({ version: version.folder, action, reason })),
    vanished,
    leftovers,
    error: error === undefined ? null : serializeError(error),
  };
}

function print(result: CleanupResult, isDryRun: boolean, { output }: CommandContext): void {
  const { source, decisions, error } = result;
  if (error !== undefined) return;
  if (isDryRun)
    for (const { version, action, reason } of decisions)
      output.print(`${source}: ${action === 'keep' ? 'keep  ' : 'delete'} ${version.folder}: ${reason}`);
  const deleted = decisions.filter(({ action }) => action === 'delete').length;
  output.print(
    `${source}: ${formatCount(deleted, 'version')} ${isDryRun ? 'would be deleted' : 'deleted'}, ${decisions.length - deleted} left`,
  );
}
