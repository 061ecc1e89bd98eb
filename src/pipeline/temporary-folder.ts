import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const NAME = /^ashlar-(\d+)-[A-Za-z0-9]{6}$/;

/**
 * The private folder (mode 0700) of one run for volumes on their way. Folders of runs that ended without
 * clearing up are removed when the next run begins.
 */
export class TemporaryFolder implements Disposable {
  readonly path: string;
  #count = 0;

  constructor(parent: string) {
    mkdirSync(parent, { recursive: true });
    removeAbandoned(parent);
    this.path = mkdtempSync(join(parent, `ashlar-${process.pid}-`));
  }

  /** A path in the folder that no other call gets. */
  newPath(label: string): string {
    this.#count++;
    return join(this.path, `${this.#count}-${label}`);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const processId = Number(NAME.exec(name)?.[1] ?? 0);
    if (processId === 0 || processId === process.pid || isAlive(processId)) continue;
    rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
