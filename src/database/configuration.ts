import { type Driver, text } from './driver.ts';

/** Values that the backup keeps between runs, under Duplicati's names where it has them. */
export type ConfigurationKey =
  | 'prefix'
  | 'blocksize'
  | 'blockhash'
  | 'filehash'
  | 'dblock-size'
  | 'compression-module'
  | 'encryption-module'
  | 'zip-compression-method'
  | 'passphrase'
  | 'passphrase-salt'
  /** While a change of the passphrase is under way: the new one, as `passphrase` has the old one. */
  | 'new-passphrase'
  | 'new-passphrase-salt'
  /** How far that change is. */
  | 'passphrase-change'
  | 'destination'
  | 'rebuild-in-progress'
  | 'restricted-rebuild'
  /** Set where file lists alone were read: versions have their paths, and nothing can be restored. */
  | 'paths-only'
  /** Set while versions need blocks that no stored volume holds. */
  | 'blocks-lost'
  /** The newest volume of those that lay at the destination when no file list could be read. */
  | 'unlisted-through'
  /** The rules under which the last look for wasted space found nothing to do; absent once something may be wasted. */
  | 'space-settled'
  /** Set while the newest version may hold files that are marked to be left out. */
  | 'marked-stored'
  /** When volumes were last compacted, milliseconds since 1970. */
  | 'last-compaction'
  /** When further destinations were last brought level, as JSON by a short hash of their addresses. */
  | 'secondary-destinations'
  /** When the database was last vacuumed, milliseconds since 1970. */
  | 'last-vacuum';

/** What is kept about one backup, as texts by key. */
export class Configuration {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  get(key: ConfigurationKey): string | undefined {
    const row = this.#driver.prepare('SELECT value FROM configuration WHERE key = ?').get(key);
    return row === undefined ? undefined : text(row, 'value');
  }

  set(key: ConfigurationKey, value: string): void {
    this.#driver
      .prepare(
        'INSERT INTO configuration (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      )
      .run(key, value);
  }

  clear(key: ConfigurationKey): void {
    this.#driver.prepare('DELETE FROM configuration WHERE key = ?').run(key);
  }
}
