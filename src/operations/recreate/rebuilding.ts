import type { Log } from '../../base/index.ts';
import type { LocalDatabase, Rebuild } from '../../database/index.ts';
import type { FormatSettings } from '../../format/index.ts';
import type { Dblocks } from './dblocks.ts';
import type { KnownBlocks, RowPolicy } from './known-blocks.ts';
import { KnownContents } from './known-contents.ts';

/** What the steps of a rebuild share. */
export class Rebuilding {
  readonly database: LocalDatabase;
  readonly rebuild: Rebuild;
  readonly blocks: KnownBlocks;
  readonly dblocks: Dblocks;
  /** Whether the whole backup is booked, or what some of its entries need. */
  readonly rows: RowPolicy;
  readonly log: Log;
  readonly signal: AbortSignal;
  #contents: KnownContents | undefined;

  constructor(
    parts: Pick<Rebuilding, 'database' | 'rebuild' | 'blocks' | 'dblocks' | 'rows' | 'log' | 'signal'>,
  ) {
    this.database = parts.database;
    this.rebuild = parts.rebuild;
    this.blocks = parts.blocks;
    this.dblocks = parts.dblocks;
    this.rows = parts.rows;
    this.log = parts.log;
    this.signal = parts.signal;
  }

  /** The contents, from the first volume on that said what the format is. */
  contents(format: FormatSettings): KnownContents {
    this.#contents ??= new KnownContents(this.database, this.rebuild, this.blocks, format);
    return this.#contents;
  }

  get knownContents(): KnownContents | undefined {
    return this.#contents;
  }

  /** True when every block that an entry needs has a place, and every content its blocks. */
  get isComplete(): boolean {
    return this.blocks.unplacedCount === 0 && (this.#contents?.wantedBlocklists.size ?? 0) === 0;
  }

  warn(id: string, text: string): void {
    this.log.write('warning', id, text);
  }
}
