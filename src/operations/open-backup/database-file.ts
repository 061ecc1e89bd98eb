import { DatabaseError, LocalDatabase, removeDatabase, replaceDatabase } from '../../database/index.ts';
import type { OperationContext } from '../context.ts';

/** The database in its file, which may be replaced by a rebuilt one. */
export class DatabaseFile implements Disposable {
  readonly path: string;
  #current: LocalDatabase;

  constructor(path: string, context: OperationContext) {
    this.path = path;
    this.#current = openOrStartAnew(path, context);
  }

  get current(): LocalDatabase {
    return this.#current;
  }

  get isInUse(): boolean {
    return this.#current.volumes.all().length > 0;
  }

  /**
   * Fills a fresh file beside the database and puts it in its place once `fill` has succeeded, unless `fill`
   * finds that the old one is worth more.
   */
  async rebuild(fill: (fresh: LocalDatabase) => Promise<'replace' | 'keep-old'>): Promise<void> {
    const freshPath = `${this.path}.rebuild`;
    removeDatabase(freshPath);
    const fresh = LocalDatabase.open(freshPath);
    let isBetter = false;
    try {
      isBetter = (await fill(fresh)) === 'replace';
    } finally {
      fresh.close();
      if (!isBetter) removeDatabase(freshPath);
    }
    if (!isBetter) return;
    this.#current.close();
    replaceDatabase(freshPath, this.path);
    this.#current = LocalDatabase.open(this.path);
  }

  [Symbol.dispose](): void {
    this.#current.close();
  }
}

/** A database that cannot be read is kept beside the new one; everything in it can be had from the destination. */
function openOrStartAnew(path: string, context: OperationContext): LocalDatabase {
  try {
    const database = LocalDatabase.open(path);
    if (database.configuration.get('restricted-rebuild') === undefined) return database;
    database.close();
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== 'database-unreadable') throw error;
    context.log.write(
      'information',
      error.code,
      `${error.message} It is kept as '${path}.backup', and a new one is made from the destination.`,
    );
  }
  const freshPath = `${path}.rebuild`;
  removeDatabase(freshPath);
  LocalDatabase.open(freshPath).close();
  replaceDatabase(freshPath, path);
  return LocalDatabase.open(path);
}
