import { closeSync, statfsSync } from 'node:fs';
import type { WriteBehind } from './write-behind.ts';

/** Files held open: by then the system has written the oldest of them, as a rule. */
const HELD_FILES = 16;
/** Magic numbers of the Linux header linux/magic.h: ext2 to ext4, XFS, Btrfs, F2FS. */
const LOCAL_FILE_SYSTEMS: ReadonlySet<number> = new Set([0xef53, 0x58465342, 0x9123683e, 0xf2f52010]);

/**
 * Large files that are complete and not needed again. The system is told to write them and to forget them
 * then, for which a file has to stay open for a while. That is done on file systems only for which closing a
 * file means nothing; others write, fail or set its time at that moment.
 */
export class WrittenFiles implements Disposable {
  readonly #behind: WriteBehind;
  readonly #held: { readonly descriptor: number; readonly sizeBytes: number }[] = [];

  constructor(behind: WriteBehind) {
    this.#behind = behind;
  }

  /** Takes over an open file, which is closed now or later. */
  add(path: string | Buffer, descriptor: number, sizeBytes: number): void {
    if (!isOnLocalDisk(path) || !this.#behind.letGo(descriptor, sizeBytes, sizeBytes)) {
      closeSync(descriptor);
      return;
    }
    this.#held.push({ descriptor, sizeBytes });
    if (this.#held.length > HELD_FILES) this.#closeOldest();
  }

  [Symbol.dispose](): void {
    while (this.#held.length > 0) this.#closeOldest();
  }

  #closeOldest(): void {
    const oldest = this.#held.shift();
    if (oldest === undefined) return;
    this.#behind.letGo(oldest.descriptor, oldest.sizeBytes, 0);
    closeSync(oldest.descriptor);
  }
}

function isOnLocalDisk(path: string | Buffer): boolean {
  try {
    return LOCAL_FILE_SYSTEMS.has(statfsSync(path).type);
  } catch {
    return false;
  }
}
