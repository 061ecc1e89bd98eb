import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode, systemClock } from '../base/index.ts';
import type { FilterContext } from '../filters/index.ts';
import type { BackupTarget, Opening, OperationContext, Places } from '../operations/index.ts';
import { inspectDestination, readDefaultFormat, readGivenFormat, readTarget } from '../operations/index.ts';
import { OptionError } from '../options/index.ts';
import { checkAllowedModules } from './allowed-modules.ts';
import type { CommandContext } from './command.ts';
import { followThrottleFile } from './throttle-file.ts';

/** Beside the program, for one that is carried from machine to machine. */
const PORTABLE_FOLDER = join(import.meta.dirname, '..', '..', 'data');

/**
 * The folders that this user's runs work in: databases in the data folder of the system's convention, beside
 * the program with `--portable-mode`, or where `--server-datafolder` says.
 */
export function findPlaces({ environment, settings }: CommandContext): Places {
  const dataHome = environment['XDG_DATA_HOME'] ?? join(environment['HOME'] ?? homedir(), '.local', 'share');
  const usualFolder = settings.get('portable-mode') ? PORTABLE_FOLDER : join(dataHome, 'ashlar');
  return {
    dataFolder: settings.get('server-datafolder') ?? usualFolder,
    temporaryFolder: environment['TMPDIR'] ?? tmpdir(),
  };
}

/** The context of filters on this machine. */
export function filterContext({ environment }: CommandContext): FilterContext {
  const cacheHome = environment['XDG_CACHE_HOME'];
  return {
    places: {
      platform: 'linux',
      temporaryFolder: tmpdir(),
      ...(cacheHome === undefined ? {} : { cacheHome }),
    },
    isCaseSensitive: true,
    variables: environment,
  };
}

/** What the options say of the backup to open. The passphrase is asked for where it is needed and not given. */
export function createOpening(
  context: CommandContext,
  opening: {
    readonly operation: string;
    readonly purpose: Opening['purpose'];
    readonly passphrase: string | undefined;
  },
): Opening {
  if (context.settings.get('allow-passphrase-change')) refuseWithChange(opening.operation);
  const { settings } = context;
  const read = readAllowedTarget(context);
  const target = { ...read, keys: { ...read.keys, passphrase: opening.passphrase } };
  context.book.setTarget(target);
  followThrottleFile(settings, target.limits, {
    log: operationContext(context).log,
    signal: context.control.signal,
  });
  return {
    target,
    operation: opening.operation,
    purpose: opening.purpose,
    ...(settings.get('allow-passphrase-change') ? { otherPassphrase: 'accept' } : {}),
    given: readGivenFormat(settings),
    defaults: readDefaultFormat(settings),
    dblockSizeBytes: settings.get('dblock-size'),
    verification: settings.get('no-backend-verification') ? 'none' : 'listing',
    folder: folderFor(opening.purpose, settings),
  };
}

function readAllowedTarget(context: CommandContext): BackupTarget {
  const [url = ''] = context.arguments;
  checkAllowedModules(url, context.settings);
  return readTarget(url, context.settings, findPlaces(context));
}

function folderFor(purpose: Opening['purpose'], settings: CommandContext['settings']): Opening['folder'] {
  return purpose === 'begin' && !settings.get('disable-autocreate-folder') ? 'create' : 'must-exist';
}

/** What stores new data, or makes the local database anew, must not mix passphrases. */
function refuseWithChange(operation: string): void {
  if (operation !== 'backup' && operation !== 'repair') return;
  throw new OptionError('option-conflict', `Cannot use --allow-passphrase-change with '${operation}'.`, {
    details: { option: 'allow-passphrase-change', operation },
    hint: 'To give the backup another passphrase: ashlar change-passphrase.',
  });
}

/** The context of an operation run from the command line. What the program does by itself is always told in a line. */
export function operationContext({ output, control }: CommandContext): OperationContext {
  return {
    log: {
      write: (level, id, text) =>
        level === 'information' ? output.announce(text, id) : output.write(level, id, text),
    },
    control,
    clock: systemClock,
    report: (progress) => output.progress(progress),
  };
}

/**
 * Opens a backup for a command that can mostly do without the passphrase: it is asked for only where the
 * local database does not say enough.
 */
export async function openAskingLate<T>(
  context: CommandContext,
  open: (passphrase: string | undefined) => Promise<T>,
): Promise<T> {
  const { settings } = context;
  const given = settings.get('passphrase');
  try {
    return await open(settings.get('no-encryption') || given === '' ? undefined : given);
  } catch (error) {
    if (errorCode(error) !== 'passphrase-missing') throw error;
  }
  return open(await context.passphrase('open'));
}

/**
 * The passphrase of the backup that the command names: asked for twice when the command begins it, and not at
 * all when what lies there is not encrypted. Nobody is asked before the destination has been looked at.
 */
export async function findPassphrase(
  context: CommandContext,
  purpose: 'begin' | 'continue' = 'continue',
): Promise<string | undefined> {
  const { settings } = context;
  const given = settings.get('passphrase');
  if (settings.get('no-encryption') || (given !== undefined && given !== ''))
    return context.passphrase('open');
  const found = await inspectDestination(
    readAllowedTarget(context),
    { purpose, folder: folderFor(purpose, settings) },
    context.control.signal,
  );
  if (found === 'plain') return undefined;
  return context.passphrase(found === 'new' ? 'create' : 'open');
}
