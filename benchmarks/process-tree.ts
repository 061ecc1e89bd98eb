import { readdirSync, readFileSync } from 'node:fs';

/**
 * Resident memory of a process and of everything it started, sampled from /proc. Pages that processes share
 * are counted for each of them.
 */
export class ProcessTree {
  readonly #root: number;
  #peakBytes = 0;

  constructor(rootProcessId: number) {
    this.#root = rootProcessId;
  }

  /**
   * The largest sum that a sample saw, or the largest peak of a single process as the kernel keeps it, where
   * that is more.
   */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** Looks once. The root itself, which only starts and times, is left out. */
  sample(): void {
    let sumBytes = 0;
    for (const processId of this.#descendants()) {
      const status = readStatus(processId);
      sumBytes += status.residentBytes;
      this.#peakBytes = Math.max(this.#peakBytes, status.peakBytes);
    }
    this.#peakBytes = Math.max(this.#peakBytes, sumBytes);
  }

  #descendants(): number[] {
    const found: number[] = [];
    const open = [this.#root];
    for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
      const children = childrenOf(parent);
      found.push(...children);
      open.push(...children);
    }
    return found;
  }
}

/** Children are listed by the thread that started them. */
function childrenOf(processId: number): number[] {
  try {
    return readdirSync(`/proc/${processId}/task`).flatMap((thread) =>
      readFileSync(`/proc/${processId}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter((text) => text.trim() !== '')
        .map(Number),
    );
  } catch {
    // It ended while it was looked at.
    return [];
  }
}

function readStatus(processId: number): { residentBytes: number; peakBytes: number } {
  try {
    const text = readFileSync(`/proc/${processId}/status`, 'utf8');
    const field = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
    return { residentBytes: field('VmRSS'), peakBytes: field('VmHWM') };
  } catch {
    // It ended while it was looked at.
    return { residentBytes: 0, peakBytes: 0 };
  }
}
