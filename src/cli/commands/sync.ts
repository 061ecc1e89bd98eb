import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { BackupError } from '../../base/index.ts';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { parseDestinationUrl, redactUrl } from '../../destinations/index.ts';
import {
  type EndSettings,
  type PlainMirrorResult,
  readMirrorManner,
  readSourceSelection,
  readTarget,
  runPlainMirror,
} from '../../operations/index.ts';
import { resolveProgramOptions } from '../../options/index.ts';
import { TemporaryFolder } from '../../pipeline/index.ts';
import type { PreparedSources } from '../../sources/index.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes, formatCount } from '../format-amount.ts';
import { filterContext, findPlaces, operationContext } from '../session.ts';
import { readSources } from '../source-arguments.ts';
import { readSecondaries } from '../sync-after-backup.ts';

/** Keeps a plain mirror of the sources at the destination, and at further ones where some are configured. */
export async function run(context: CommandContext): Promise<ExitCode> {
  const { settings, output } = context;
  if (!settings.get('no-encryption')) {
    throw new BackupError(
      'sync-needs-no-encryption',
      'A plain mirror holds the files as they are, unencrypted.',
      {
        hint: 'Give --no-encryption if that is what you want; use `backup` for everything else.',
      },
    );
  }
  const prepared = readSources(context, context.arguments.slice(1));
  const ends = readEnds(context);
  for (const { url } of ends) checkApart(url, prepared);
  using temporary = new TemporaryFolder(settings.get('tempdir') ?? findPlaces(context).temporaryFolder);
  const results: (PlainMirrorResult & { readonly url: string })[] = [];
  for (const [index, end] of ends.entries()) {
    const result = await runPlainMirror(
      {
        ...readMirrorManner(settings),
        // It remembers hard links, so each walk has its own.
        selection: readSourceSelection(settings, {
          prepared,
          rules: context.filters,
          filterContext: filterContext(context),
          forbiddenPaths: new Set(),
        }),
        end,
        inventoryPath: inventoryPath(context, end.url, index),
        newTemporaryPath: (name) => temporary.newPath(name),
      },
      operationContext(context),
    );
    results.push({ url: redactUrl(end.url), ...result });
    report(result, context);
  }
  output.printJson({ operation: 'sync', mirrors: results });
  if (context.control.isStopping()) return EXIT_CODES.stopped;
  return output.counts.warnings > 0 ? EXIT_CODES.warnings : EXIT_CODES.success;
}

/** The destination of the command, and those of `--remote-sync-json-config`, which get their own options only. */
function readEnds(context: CommandContext): readonly EndSettings[] {
  const { settings } = context;
  const [url = ''] = context.arguments;
  const places = findPlaces(context);
  const createsFolders = !settings.get('dry-run') && !settings.get('disable-autocreate-folder');
  const folder = createsFolders ? ('create' as const) : ('must-exist' as const);
  const { retry } = readTarget(url, settings, places);
  const first = { url, settings, places, retry, folder, keepsDeleted: false };
  const further = readSecondaries(context)?.destinations ?? [];
  return [
    first,
    ...further.map((one) => ({
      ...first,
      url: one.url,
      settings: resolveProgramOptions({ commandLine: one.options }),
      retry: one.retry,
      keepsDeleted: one.manner.extras === 'rename',
    })),
  ];
}

/** A mirror below its own source would grow with every run. */
function checkApart(url: string, { roots }: PreparedSources): void {
  const { scheme, path } = parseDestinationUrl(url);
  if (scheme !== 'file') return;
  const mirror = `${resolve(path)}/`;
  const root = roots.find((one) => mirror.startsWith(one) || one.startsWith(mirror));
  if (root === undefined) return;
  throw new BackupError(
    'sync-into-source',
    `The mirror '${mirror}' and the source '${root}' lie in one another.`,
    {
      details: { mirror, source: root },
      hint: 'Nothing was changed. Choose a folder apart from the sources.',
    },
  );
}

/**
 * That of the first mirror may be named by the user; the others are found by their addresses, which stand in
 * the name as a hash.
 */
function inventoryPath(context: CommandContext, url: string, index: number): string {
  const given = index === 0 ? context.settings.get('dbpath') : undefined;
  const hash = createHash('sha256').update(url.split('?', 1).join()).digest('hex').slice(0, 16);
  return given ?? join(findPlaces(context).dataFolder, `mirror-${hash}.sqlite`);
}

function report(result: PlainMirrorResult, { output }: CommandContext): void {
  const verb = result.isDryRun ? 'Would store' : 'Stored';
  output.print(
    `${verb}: ${result.uploadedFiles} of ${formatCount(result.examinedFiles, 'file')} (${formatBytes(result.uploadedBytes)}); unchanged: ${result.unchangedFiles}`,
  );
  output.print(
    `${result.isDryRun ? 'Would remove' : 'Removed'}: ${result.deletedFiles}; links and other things that a plain mirror cannot hold: ${result.skippedFiles}`,
  );
}
