import { type Driver, integer, openDriver, text } from './driver.ts';

/** A file as it was last stored in a plain mirror. */
export interface InventoryFile {
  readonly sizeBytes: number;
  /** Of the source, milliseconds since 1970. */
  readonly modifiedAtMs: number;
  /** SHA-256 in hex; `undefined` where it was not computed. */
  readonly sha256: string | undefined;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS file (
  path TEXT PRIMARY KEY,
  size_bytes INTEGER NOT NULL,
  modified_at_ms REAL NOT NULL,
  sha256 TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS intent (path TEXT PRIMARY KEY) WITHOUT ROWID;
`;

/**
 * What a plain mirror holds, by paths relative to it, and which files are just being changed there. A cache:
 * what is lost of it is only stored again.
 */
export class Inventory implements Disposable {
  readonly #driver: Driver;

  private constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Opens the inventory in a file, which is made where it is missing. */
  static open(path: string): Inventory {
    const driver = openDriver(path);
    driver.exec(SCHEMA);
    return new Inventory(driver);
  }

  get isEmpty(): boolean {
    return this.#driver.prepare('SELECT 1 FROM file LIMIT 1').get() === undefined;
  }

  find(path: string): InventoryFile | undefined {
    const row = this.#driver
      .prepare('SELECT size_bytes, modified_at_ms, sha256 FROM file WHERE path = ?')
      .get(path);
    if (row === undefined) return undefined;
    return {
      sizeBytes: integer(row, 'size_bytes'),
      modifiedAtMs: Number(row['modified_at_ms']),
      sha256: typeof row['sha256'] === 'string' ? row['sha256'] : undefined,
    };
  }

  paths(): readonly string[] {
    return this.#driver
      .prepare('SELECT path FROM file ORDER BY path')
      .all()
      .map((row) => text(row, 'path'));
  }

  /** Notes that a file is about to be changed; until `settle` nothing is known of it. */
  intend(path: string): void {
    this.#driver.transaction(() => {
      this.#driver.prepare('INSERT OR IGNORE INTO intent (path) VALUES (?)').run(path);
      this.#driver.prepare('DELETE FROM file WHERE path = ?').run(path);
    });
  }

  /** Notes what became of it; `undefined`: it is not there, or not known well enough. */
  settle(path: string, file: InventoryFile | undefined): void {
    this.#driver.transaction(() => {
      this.#driver.prepare('DELETE FROM intent WHERE path = ?').run(path);
      if (file === undefined) this.#driver.prepare('DELETE FROM file WHERE path = ?').run(path);
      else
        this.#driver
          .prepare(
            'INSERT OR REPLACE INTO file (path, size_bytes, modified_at_ms, sha256) VALUES (?, ?, ?, ?)',
          )
          .run(path, file.sizeBytes, file.modifiedAtMs, file.sha256 ?? null);
    });
  }

  /** Forgets changes that an earlier run began and did not settle. Answers how many. */
  clearIntents(): number {
    return this.#driver.transaction(() => this.#driver.prepare('DELETE FROM intent').run().changes);
  }

  [Symbol.dispose](): void {
    this.#driver.close();
  }
}
