/** The figures at the end of rsync's output; absent ones were not printed. */
export interface RsyncStatistics {
  readonly files: number | undefined;
  readonly receivedBytes: number | undefined;
  readonly bytesPerSecond: number | undefined;
  /** The block as rsync printed it, or what there is of the output. */
  readonly summary: string;
}

/** Reads `--stats` with plain numbers. */
export function readStatistics(output: string): RsyncStatistics {
  const begin = output.indexOf('Number of files:');
  const summary = (begin < 0 ? output.slice(-2000) : output.slice(begin)).trim();
  return {
    files: numberBehind(summary, /Number of files: (\d+)/),
    receivedBytes: numberBehind(summary, /Total bytes received: (\d+)/),
    bytesPerSecond: numberBehind(summary, /([\d.]+) bytes\/sec/),
    summary,
  };
}

function numberBehind(text: string, pattern: RegExp): number | undefined {
  const match = pattern.exec(text);
  return match === null ? undefined : Math.round(Number(match[1]));
}

/** How far a transfer is, from a line of `--info=progress2`. */
export interface TransferProgress {
  readonly bytes: number;
  readonly percent: number;
}

export function readProgress(line: string): TransferProgress | undefined {
  const match = /^\s*(\d+)\s+(\d+)%\s+[\d.]+\S*\/s/.exec(line);
  return match === null ? undefined : { bytes: Number(match[1]), percent: Number(match[2]) };
}

const OF_ONE_FILE =
  /^(?:rsync: |file has vanished: |IO error|cannot delete|skipping|symlink has no referent)/;
const NO_FILE =
  /^rsync (?:error|warning): |connection unexpectedly closed|error in rsync protocol|^rsync: \[\w+\] (?:write|read) error/;

/** The lines that say what is wrong with single files. */
export function fileProblems(errors: readonly string[]): string[] {
  return errors.filter((line) => OF_ONE_FILE.test(line) && !NO_FILE.test(line));
}

/** The paths that were asked for and are not on the server. */
export function missingPaths(errors: readonly string[]): string[] {
  return errors.flatMap((line) => {
    const match = /^rsync: \[sender\] link_stat "(.*)" failed: No such file/.exec(line);
    return match?.[1] === undefined ? [] : [match[1]];
  });
}

/** Some files could not be read, or were gone when their turn came: the rest is complete. (rsync(1), exit values.) */
export function isPartialTransfer(exitCode: number | undefined): boolean {
  return exitCode === 23 || exitCode === 24;
}

/** True for a line that says that this machine could not write: then what is missing is not the source's doing. */
export function isFailureHere(line: string): boolean {
  return (
    /\[(?:receiver|generator|Receiver|Generator)\]/.test(line) &&
    /No space left on device|Disk quota exceeded|Read-only file system|Input\/output error/.test(line)
  );
}
