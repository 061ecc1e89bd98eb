import type { Effective } from '../configuration/effective.ts';

/** The folder for interrupted files inside the one that is being filled; rsync leaves it out of what it compares. */
export const PARTIAL_FILES = '.ashlar-partial-files';

/**
 * The options of rsync that say what is kept of a file, and how it travels. The same for pulls, samples and
 * the way back.
 */
export function transferArguments(settings: Effective, shell: string): string[] {
  const remoteRsync = settings.get('rsync-there');
  const bandwidth = settings.get('bandwidth');
  return [
    ...entryArguments(settings),
    ...(settings.get('compress') ? ['--compress'] : []),
    ...(bandwidth === 0 ? [] : [`--bwlimit=${Math.max(1, Math.round(bandwidth / 1024))}`]),
    ...(remoteRsync === undefined ? [] : [`--rsync-path=${remoteRsync}`]),
    `--timeout=${settings.get('silence-seconds')}`,
    // Arguments reach the far side over the connection, seen by no shell there. (Called --secluded-args since
    // rsync 3.2.6.)
    '-s',
    '-e',
    shell,
  ];
}

/** What is kept of an entry: everything that `-a` means, numeric owners, and what the settings say. */
export function entryArguments(settings: Effective): string[] {
  return [
    '--archive',
    '--recursive',
    '--numeric-ids',
    ...(settings.get('hard-links') ? ['--hard-links'] : []),
    ...(settings.get('acls') ? ['--acls'] : []),
    ...(settings.get('xattrs') ? ['--xattrs'] : []),
    ...(settings.get('follow-links') ? ['--copy-links'] : []),
    ...(settings.get('one-file-system') ? ['--one-file-system'] : []),
  ];
}

/**
 * Patterns to leave out. As filter rules, because `--exclude` would take signs at the beginning of a pattern
 * for orders.
 */
export function excludeArguments(patterns: readonly string[]): string[] {
  return patterns.map((pattern) => `--filter=- ${pattern}`);
}

export interface PullRequest {
  readonly settings: Effective;
  readonly shell: string;
  /** The server as rsync is to call it. */
  readonly remote: string;
  /** Absolute; filled with the files under their full paths. */
  readonly target: string;
  /** The version whose unchanged files are linked. */
  readonly linkTo: string | undefined;
  /** True when the target holds files of an earlier run, some of which may be gone from the server. */
  readonly isReused: boolean;
}

/** All arguments of a pull; the paths come over standard input, each ended by a NUL. */
export function pullArguments({ settings, shell, remote, target, linkTo, isReused }: PullRequest): string[] {
  return [
    ...transferArguments(settings, shell),
    '--relative',
    '--from0',
    '--files-from=-',
    `--partial-dir=${PARTIAL_FILES}`,
    '--stats',
    '--no-human-readable',
    '--info=progress2',
    '--outbuf=L',
    ...(isReused ? ['--delete', '--delete-excluded', '--ignore-errors'] : []),
    ...excludeArguments(settings.get('exclude') ?? []),
    ...(linkTo === undefined ? [] : [`--link-dest=${linkTo}`]),
    '--',
    `${remote}:/`,
    `${target}/`,
  ];
}
