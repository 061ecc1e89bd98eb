import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MemoryEngine } from '../support/engine.ts';

/**
 * Puts destination and database back to where they were. The source stays as it is, so that the times which
 * the database knows of it hold.
 */
export function takeSnapshot(engine: MemoryEngine): () => void {
  const files = new Map(engine.storage.files);
  const locks = new Map(engine.locks);
  const data = dirname(engine.databasePath);
  const kept = join(engine.folder, 'kept-data');
  rmSync(kept, { recursive: true, force: true });
  cpSync(data, kept, { recursive: true });
  return () => {
    engine.storage.files.clear();
    for (const [name, file] of files) engine.storage.files.set(name, file);
    engine.locks?.clear();
    for (const [name, untilMs] of locks) engine.locks?.set(name, untilMs);
    rmSync(data, { recursive: true, force: true });
    cpSync(kept, data, { recursive: true });
  };
}
