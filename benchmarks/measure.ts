import { spawn } from 'node:child_process';
import { ProcessTree } from './process-tree.ts';

export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Exit codes that mean success; 0 when absent. */
  readonly successCodes?: readonly number[];
}

export interface Measurement {
  readonly wallSeconds: number;
  /** User and system time of all its processes and threads. */
  readonly processorSeconds: number;
  readonly peakMemoryBytes: number;
  /**
   * What its processes asked the system to read and to write, from the disk or from the system's memory,
   * pipes included.
   */
  readonly readBytes: number;
  readonly writtenBytes: number;
}

const SAMPLE_EVERY_MS = 50;
const MARK = 'bench-times';
/** The counters of a process hold those of its ended children too. */
const SCRIPT = `TIMEFORMAT='${MARK} %3R %3U %3S'; time "$@"; code=$?
while read -r name value; do case $name in rchar: | wchar:) echo "${MARK}-$name $value" >&2 ;; esac; done < /proc/$$/io
exit $code`;

/**
 * Runs a command to its end. Bash times it, because only a parent that waits for all of them learns the
 * processor time of a whole tree of processes. Throws when the command fails, with what it printed.
 */
export async function measure(command: Command): Promise<Measurement> {
  const child = spawn('bash', ['-c', SCRIPT, 'bash', command.program, ...command.arguments], {
    cwd: command.folder,
    env: command.environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const tree = new ProcessTree(child.pid ?? 0);
  const timer = setInterval(() => tree.sample(), SAMPLE_EVERY_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => clearInterval(timer));
  const times = new RegExp(`${MARK} ([\\d.]+) ([\\d.]+) ([\\d.]+)`).exec(printed);
  if (code === null || !(command.successCodes ?? [0]).includes(code) || times === null)
    throw new Error(`${command.program} ${command.arguments.join(' ')} ended with ${code}:\n${printed}`);
  const [, wall, user, system] = times.map(Number);
  return {
    wallSeconds: wall ?? 0,
    processorSeconds: (user ?? 0) + (system ?? 0),
    peakMemoryBytes: tree.peakBytes,
    readBytes: Number(new RegExp(`${MARK}-rchar: (\\d+)`).exec(printed)?.[1] ?? 0),
    writtenBytes: Number(new RegExp(`${MARK}-wchar: (\\d+)`).exec(printed)?.[1] ?? 0),
  };
}
