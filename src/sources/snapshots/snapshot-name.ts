import { readFileSync } from 'node:fs';
import process from 'node:process';

/** Letters that all file systems and volume managers take in names. */
const SNAPSHOT_FOLDER = /\/\.ashlar-snapshot-\d+-\d+-\d+\/$/;
const NAME = /^ashlar-snapshot-(\d+)-(\d+)-(\d+)$/;

let taken = 0;

/** A name that says which process the snapshot belongs to: number and start of it, for numbers come again. */
export function newSnapshotName(): string {
  return `ashlar-snapshot-${process.pid}-${startOf(process.pid) ?? 0}-${++taken}`;
}

/** True for a folder that shows the snapshot of some run: it holds nothing of its own. */
export function isSnapshotFolder(path: string): boolean {
  return SNAPSHOT_FOLDER.test(path);
}

/** True for the snapshot of a process that does not run any more. */
export function isLeftover(name: string): boolean {
  const [, pid, start] = NAME.exec(name) ?? [];
  return pid !== undefined && startOf(Number(pid)) !== Number(start);
}

/**
 * When a process began, in ticks since the machine started; `undefined` where there is none. (Field 22 of
 * proc_pid_stat(5).)
 */
function startOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return Number(fields[19]);
  } catch {
    return undefined;
  }
}
