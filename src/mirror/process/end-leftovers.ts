import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

/** The variable that marks every program started by a run. */
export const RUN_TOKEN = 'ASHLAR_PULL';

const ATTEMPTS = 50;
const PAUSE_MS = 100;

/**
 * Ends what a killed run left running: every process whose environment holds its token. Returns how many
 * there were; when it returns they are gone, or cannot be ended, which throws.
 */
export async function endLeftovers(token: string): Promise<number> {
  const found = new Set<number>();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const running = findProcesses(token);
    if (running.length === 0) return found.size;
    for (const id of running) {
      found.add(id);
      endProcess(id);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`programs of an earlier run do not end: ${[...found].join(', ')}`);
}

function findProcesses(token: string): number[] {
  const marked = `${RUN_TOKEN}=${token}`;
  return readProcessIds().filter((id) => id !== process.pid && readEnvironment(id).includes(marked));
}

function readProcessIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    // Where there is no /proc, nothing can be found.
    return [];
  }
}

function readEnvironment(id: number): readonly string[] {
  try {
    return readFileSync(`/proc/${id}/environ`, 'utf8').split('\0');
  } catch {
    // It has ended, or belongs to somebody else, and then it is not ours.
    return [];
  }
}

function endProcess(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
}
