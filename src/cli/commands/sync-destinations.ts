import { BackupError, errorMessage, splitArguments } from '../../base/index.ts';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { parseDestinationUrl } from '../../destinations/index.ts';
import {
  type EndSettings,
  openEnd,
  runSynchronize,
  type SynchronizeResult,
  type SynchronizeSettings,
} from '../../operations/index.ts';
import { type ProgramSettings, resolveProgramOptions } from '../../options/index.ts';
import { TemporaryFolder } from '../../pipeline/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { formatBytes, formatCount } from '../format-amount.ts';
import { findPlaces, operationContext } from '../session.ts';

/** Makes the second destination hold what the first one holds. */
export async function run(context: CommandContext): Promise<ExitCode> {
  const { settings, output } = context;
  const [from = '', to = ''] = context.arguments;
  if (from === to) {
    throw new CommandLineError('arguments-invalid', 'The two destinations are the same.', {
      hint: 'The first is read, the second is made equal to it.',
    });
  }
  const ends = { source: readEnd(context, 'src-options', from), target: readEnd(context, 'dst-options', to) };
  if (settings.get('parse-arguments-only')) {
    for (const { url } of Object.values(ends)) parseDestinationUrl(url);
    output.print('The command line can be carried out; nothing was done.');
    return EXIT_CODES.success;
  }
  const result = await synchronizeAgain(context, ends);
  report(result, context);
  return output.counts.warnings > 0 ? EXIT_CODES.warnings : EXIT_CODES.success;
}

interface Ends {
  readonly source: EndSettings;
  readonly target: EndSettings;
}

/** A failure that may pass begins all of it again, which finds what was copied. */
async function synchronizeAgain(context: CommandContext, ends: Ends): Promise<SynchronizeResult> {
  const attempts = context.settings.get('retry');
  for (let attempt = 1; ; attempt++) {
    try {
      return await synchronize(context, ends);
    } catch (error) {
      const mayPass = error instanceof BackupError && error.retryable;
      if (!mayPass || attempt > attempts || context.control.signal.aborted) throw error;
      context.output.write(
        'information',
        'sync-again',
        `Beginning again after attempt ${attempt} of ${attempts + 1}: ${errorMessage(error)}`,
      );
    }
  }
}

async function synchronize(context: CommandContext, { source, target }: Ends): Promise<SynchronizeResult> {
  const operation = operationContext(context);
  await using from = await openEnd(source, operation);
  await using to = await openEnd(target, operation);
  using temporary = new TemporaryFolder(context.settings.get('tempdir') ?? source.places.temporaryFolder);
  return await runSynchronize(
    { source: from.remote, target: to.remote },
    readSynchronize(context.settings, (name) => temporary.newPath(name)),
    operation,
  );
}

function readSynchronize(
  settings: ProgramSettings,
  newTemporaryPath: SynchronizeSettings['newTemporaryPath'],
): SynchronizeSettings {
  const mayRemove = settings.get('confirm') || settings.get('dry-run');
  const removal = settings.get('retention') ? 'rename' : 'delete';
  return {
    copies: settings.get('force') ? 'all' : 'differing',
    extras: mayRemove || settings.get('retention') ? removal : 'leave',
    comparesContents: settings.get('verify-contents'),
    readsBack: settings.get('verify-get-after-put'),
    isDryRun: settings.get('dry-run'),
    parallelCopies: settings.get('asynchronous-upload-limit'),
    newTemporaryPath,
  };
}

/** One destination with its own options over those for both. */
function readEnd(context: CommandContext, own: 'src-options' | 'dst-options', url: string): EndSettings {
  const { settings } = context;
  const isTarget = own === 'dst-options';
  return {
    url,
    settings: resolveProgramOptions({
      stored: new Map(Object.entries(settings.texts)),
      commandLine: new Map([...readPairs(settings, 'global-options'), ...readPairs(settings, own)]),
    }),
    places: findPlaces(context),
    retry: {
      retries: settings.get('backend-retries'),
      delayMs: settings.get('backend-retry-delay'),
      growth: settings.get('backend-retry-with-exponential-backoff') ? 'exponential' : 'constant',
    },
    folder:
      isTarget && settings.get('auto-create-folders') && !settings.get('dry-run') ? 'create' : 'must-exist',
    keepsDeleted: isTarget && settings.get('retention'),
  };
}

function readPairs(
  settings: ProgramSettings,
  option: 'src-options' | 'dst-options' | 'global-options',
): readonly (readonly [string, string])[] {
  return splitArguments(settings.get(option) ?? '').map((word) => {
    const match = /^(?:--)?([^=]+)=(.*)$/s.exec(word);
    if (match !== null) return [(match[1] ?? '').toLowerCase(), match[2] ?? ''];
    throw new CommandLineError('arguments-invalid', `--${option} holds a word that is no name=value.`, {
      hint: `Write --${option}="name=value name=value"; a value with spaces stands in quotes.`,
    });
  });
}

function report(result: SynchronizeResult, { output }: CommandContext): void {
  const verb = result.isDryRun ? 'Would copy' : 'Copied';
  output.print(
    `${verb}: ${formatCount(result.copiedFiles, 'file')} (${formatBytes(result.copiedBytes)}), ${result.replacedFiles} of them in the place of others`,
  );
  output.print(`Unchanged: ${formatCount(result.unchangedFiles, 'file')}`);
  output.print(
    `${result.isDryRun ? 'Would remove' : 'Removed'}: ${formatCount(result.removedFiles, 'file')}; left: ${result.remainingFiles}; of other origin: ${result.foreignFiles}`,
  );
  output.printJson({ operation: 'sync-destinations', ...result });
}
