import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const LOOK_MS = 5000;
/** How long a process that is told to write a report may take. */
const REPORT_MS = 10_000;

export interface TestWatch {
  /** The process whose children run a test file each. */
  readonly runner: number;
  readonly limitMs: number;
  /** Where Node leaves the reports that SIGUSR2 asks for. */
  readonly reports: string;
}

/**
 * Ends each test file's process that goes on longer than it may, so that the run comes to an end and names
 * it, and says on the standard error what kept it; only where there is `/proc`. The watch itself keeps
 * nothing running.
 */
export function watchTestFiles({ runner, limitMs, reports }: TestWatch): void {
  const seenMs = new Map<number, number>();
  const look = (): void => {
    for (const pid of childrenOf(runner)) {
      const file = commandOf(pid).at(-1) ?? '';
      const startMs = seenMs.get(pid) ?? performance.now();
      seenMs.set(pid, startMs);
      if (!file.endsWith('.test.ts') || performance.now() - startMs < limitMs) continue;
      seenMs.set(pid, Number.POSITIVE_INFINITY);
      console.error(`\n${file} has not ended after ${limitMs / 60_000} minutes.`);
      end(pid, reports);
    }
  };
  setInterval(look, LOOK_MS).unref();
}

/** The report says what keeps a process from ending; one whose main thread is stuck writes none. */
function end(pid: number, reports: string): void {
  for (const line of describe(pid)) console.error(`  ${line}`);
  signal(pid, 'SIGUSR2');
  setTimeout(() => {
    const report = listed(reports).find((name) => name.includes(`.${pid}.`));
    console.error(report === undefined ? '  It writes no report.' : shorten(read(join(reports, report))));
    signal(pid, 'SIGKILL');
  }, REPORT_MS);
}

/** What each of its threads waits for in the kernel, its open sockets and pipes, and what it started. */
function describe(pid: number): readonly string[] {
  const folder = join('/proc', String(pid));
  const threads = listed(join(folder, 'task')).map((thread) => {
    const task = join(folder, 'task', thread);
    return `thread ${read(join(task, 'comm'))}: ${read(join(task, 'wchan'))}`;
  });
  const open = listed(join(folder, 'fd')).map((name) => linkOf(join(folder, 'fd', name)));
  const children = childrenOf(pid).map((child) => `started ${child}: ${commandOf(child).join(' ')}`);
  return [...threads, ...open.filter((link) => /^(?:socket|pipe):/.test(link)), ...children];
}

function shorten(report: string): string {
  const { libuv, javascriptStack } = orElse<Readonly<Record<string, unknown>>>({}, () => JSON.parse(report));
  return JSON.stringify({ libuv, javascriptStack }, undefined, 1);
}

function childrenOf(pid: number): readonly number[] {
  const threads = join('/proc', String(pid), 'task');
  return listed(threads)
    .flatMap((thread) => read(join(threads, thread, 'children')).split(' '))
    .filter((text) => text !== '')
    .map(Number);
}

function commandOf(pid: number): readonly string[] {
  return read(join('/proc', String(pid), 'cmdline'))
    .split('\0')
    .filter((text) => text !== '');
}

/** Processes end while they are looked at. */
function orElse<T>(fallback: T, look: () => T): T {
  try {
    return look();
  } catch {
    return fallback;
  }
}

const signal = (pid: number, name: NodeJS.Signals): boolean => orElse(false, () => process.kill(pid, name));
const listed = (folder: string): readonly string[] => orElse([], () => readdirSync(folder));
const read = (path: string): string => orElse('', () => readFileSync(path, 'utf8').trim());
const linkOf = (path: string): string => orElse('', () => readlinkSync(path));
