import { BackupError, counted, pool } from '../../base/index.ts';
import type { OperationContext } from '../context.ts';
import type { ListedVolume } from '../opened-backup/opened-backup.ts';
import { storeFormat } from '../opened-backup/stored-settings.ts';
import { bookDindex } from './book-dindex.ts';
import { bookDlist, type DlistReading, expectBlocklists } from './book-dlist.ts';
import { checkDestination, isDlist } from './check-destination.ts';
import { chooseDlists, timeOf } from './choose-dlists.ts';
import { Dblocks } from './dblocks.ts';
import { KnownBlocks } from './known-blocks.ts';
import { findBrokenVersions } from './lost-entries.ts';
import { readDblocks, readThese } from './read-dblocks.ts';
import { Rebuilding } from './rebuilding.ts';
import type { RecreateInput, RecreateResult, Selection } from './recreate-input.ts';
import { VolumeOpener } from './volume-opener.ts';
import { VolumeReading } from './volume-reading.ts';

export type * from './recreate-input.ts';

/** So many dindexes are on their way at once. */
const PARALLEL_DINDEXES = 4;
/** A dindex takes about this many bytes a block: a hash does not compress. */
const DINDEX_BYTES_PER_BLOCK = 40;

/**
 * Fills an empty database from what lies at the destination (operations 8.3): all of it, or what the selected
 * versions and entries need. dindexes and dlists say everything as long as they are in order; only what they
 * do not say is looked for in the dblocks. Volumes that cannot be read cost a warning and what is in them;
 * blocks that are nowhere make versions broken, which the result tells. Without a file list that can be read
 * there is no version, which is refused unless the input accepts it. Throws `no-backup-found`, `no-versions`,
 * `passphrase-missing`, `wrong-passphrase`, `volume-unreadable` where all was asked for and the bytes of a
 * list or of a dblock that has to be read cannot be had, what the destination throws, and the reason of an
 * abort.
 */
export async function recreateDatabase(
  input: RecreateInput,
  context: OperationContext,
): Promise<RecreateResult> {
  checkDestination(input);
  const { database, selection } = input;
  const { configuration } = database;
  const startedMs = context.clock.now();
  context.log.write('information', 'rebuild-start', describeStart(input));
  database.transaction(() => {
    configuration.set('rebuild-in-progress', 'true');
    if (selection !== undefined) configuration.set('restricted-rebuild', 'true');
  });
  using work = new Work(input, context);
  if (selection === undefined) await work.rebuildAll();
  else await work.rebuildSelected(selection);
  const result = work.finish();
  database.transaction(() => {
    storeFormat(configuration, result.format);
    configuration.clear('rebuild-in-progress');
  });
  const seconds = ((context.clock.now() - startedMs) / 1000).toFixed(1);
  context.log.write(
    'information',
    'rebuild-end',
    `The local database was rebuilt with ${counted(result.versions, 'version')} in ${seconds} s.`,
  );
  return result;
}

/** One rebuild: the steps, in the two orders in which they are taken. */
class Work implements Disposable {
  readonly #input: RecreateInput;
  readonly #state: Rebuilding;
  readonly #opener: VolumeOpener;
  readonly #reading: VolumeReading;
  readonly #dlists: readonly ListedVolume[];
  readonly #dindexes: readonly ListedVolume[];

  constructor(input: RecreateInput, context: OperationContext) {
    const { database, files } = input;
    this.#input = input;
    this.#dlists = files.filter(isDlist).toSorted((one, other) => timeOf(one) - timeOf(other));
    this.#dindexes = files.filter((file) => file.parsed.kind === 'dindex').toSorted(newestFirst);
    const rebuild = database.beginRebuild();
    const rows = input.selection === undefined ? 'all' : 'needed';
    const indexBytes = this.#dindexes.reduce((sum, file) => sum + Math.max(0, file.sizeBytes), 0);
    this.#state = new Rebuilding({
      database,
      rebuild,
      blocks: new KnownBlocks(database, rebuild, {
        rows,
        expectedBlocks: Math.ceil(indexBytes / DINDEX_BYTES_PER_BLOCK),
      }),
      dblocks: new Dblocks(
        database,
        files.filter((file) => file.parsed.kind === 'dblock'),
      ),
      rows,
      log: context.log,
      signal: context.control.signal,
    });
    this.#opener = new VolumeOpener(input, context.log);
    this.#reading = new VolumeReading(this.#opener, context, [...this.#dlists, ...this.#dindexes]);
  }

  /** dindexes come first, so that each block is written once, with its place. */
  async rebuildAll(): Promise<void> {
    const state = this.#state;
    await pool(PARALLEL_DINDEXES, this.#dindexes, async (file) => this.#readDindex(file));
    await this.#readUndescribed();
    for (const file of this.#dlists) await this.#readDlist(file, { accept: undefined, booking: 'always' });
    this.#checkReach();
    const { describedDblocks = 'read' } = this.#input;
    await readDblocks(state, this.#reading, describedDblocks);
    if (describedDblocks === 'read-all')
      await readThese(state, this.#reading, state.dblocks.all(), 'all-read');
    this.#checkReach();
    for (const dblock of state.dblocks.all()) state.dblocks.register(dblock);
    for (const file of this.#opener.unreadable) this.#registerUnreadable(file);
  }

  /**
   * A database that lasts must know every version and every block, for nobody would read the volume again.
   * A file list that could be had only later is no better: what dblocks hold was told apart without it. What
   * a dindex says stands in the dblock, too, which was read instead.
   */
  #checkReach(): void {
    for (const [{ name, parsed }, error] of this.#opener.outOfReach) {
      if (parsed.kind === 'dindex') continue;
      throw new BackupError(
        'volume-unreadable',
        `The local database is not rebuilt without the volume '${name}': ${error.message}`,
        {
          details: { name },
          hint: 'Run the command again once the destination gives the file. If it never will, take the file away from there: what only it holds is lost then, and everything else is rebuilt.',
          cause: error,
        },
      );
    }
  }

  /** dlists come first, so that no more is fetched than what their wanted entries need. */
  async rebuildSelected(selection: Selection): Promise<void> {
    const state = this.#state;
    await this.#readSelectedDlists(selection);
    if (selection.content === 'paths-only') return;
    for (const file of this.#dindexes) {
      if (state.isComplete) break;
      await this.#readDindex(file);
    }
    await readDblocks(state, this.#reading, this.#input.describedDblocks ?? 'read');
  }

  finish(): RecreateResult {
    const { database, dblocks } = this.#state;
    const versions = database.filesets.versions().length;
    this.#opener.checkOpened(versions);
    const { format } = this.#opener;
    const { fallback, withoutVersions } = this.#input;
    if (withoutVersions !== 'accept' && (versions === 0 || format === undefined))
      throw nothingReadable([...this.#opener.unreadable]);
    return {
      format: format ?? fallback,
      versions,
      brokenVersions: this.#input.selection?.content === 'paths-only' ? [] : findBrokenVersions(this.#state),
      missingVolumes: dblocks.lost(),
      unreadableVolumes: [...this.#opener.unreadable],
      dblocksRead: dblocks.all().filter((dblock) => dblock.isRead).length,
    };
  }

  [Symbol.dispose](): void {
    this.#state.rebuild[Symbol.dispose]();
  }

  async #readDindex(file: ListedVolume): Promise<void> {
    await this.#reading.read(file, (volume, format) => bookDindex(this.#state, volume, format));
  }

  async #readDlist(file: ListedVolume, reading: DlistReading): Promise<boolean> {
    const outcome = await this.#reading.read(file, (volume, format) =>
      bookDlist(this.#state, volume, format, reading),
    );
    return outcome === 'booked';
  }

  /**
   * Where most dblocks are described by no dindex they will be needed: they are read before the versions, so
   * that their blocks too are written in order. Which of the blocks are blocklists only the dlists tell, so
   * these are looked through for that.
   */
  async #readUndescribed(): Promise<void> {
    const dblocks = this.#state.dblocks.all();
    const undescribed = dblocks.filter((dblock) => !dblock.isDescribed);
    if (undescribed.length * 2 <= dblocks.length) return;
    for (const file of this.#dlists) {
      await this.#reading.read(file, (volume, format) => expectBlocklists(this.#state, volume, format));
    }
    await readThese(this.#state, this.#reading, undescribed, 'all-read');
    this.#state.knownContents?.forgetExpected();
  }

  async #readSelectedDlists(selection: Selection): Promise<void> {
    const { accept, extent } = selection;
    const chosen = chooseDlists(this.#dlists, selection);
    if (chosen.length === 0) throw noVersionMatches(this.#dlists.length);
    if (extent === 'all') {
      for (const file of chosen.toReversed()) await this.#readDlist(file, { accept, booking: 'always' });
      return;
    }
    const booking = chosen.length === 1 || accept === undefined ? 'always' : 'when-matching';
    for (const file of chosen) {
      if (await this.#readDlist(file, { accept, booking })) return;
    }
    const [newest] = chosen;
    if (newest !== undefined) await this.#readDlist(newest, { accept, booking: 'always' });
  }

  /** A volume that could not be read is known all the same, so that it is not taken for a stranger's. */
  #registerUnreadable(name: string): void {
    const { database } = this.#state;
    const file = this.#input.files.find((candidate) => candidate.name === name);
    if (file === undefined || database.volumes.find(name) !== undefined) return;
    database.volumes.add({ name, kind: file.parsed.kind, state: 'uploaded', sizeBytes: file.sizeBytes });
  }
}

function newestFirst(one: ListedVolume, other: ListedVolume): number {
  return (other.modifiedAtMs ?? 0) - (one.modifiedAtMs ?? 0);
}

function describeStart({ files, selection }: RecreateInput): string {
  const what = selection === undefined ? 'Rebuilding the local database' : 'Reading what is needed';
  return `${what} from the destination, which holds ${counted(files.length, 'volume')}.`;
}

function noVersionMatches(versions: number): BackupError {
  return new BackupError(
    'no-matching-version',
    `The destination holds ${counted(versions, 'version')}, and none of those asked for.`,
    {
      details: { versions },
      hint: 'List the versions, and choose one with --version or --time.',
    },
  );
}

function nothingReadable(names: readonly string[]): BackupError {
  return new BackupError(
    'no-version-readable',
    'No file list at the destination can be read, so there is no version to rebuild from.',
    {
      details: { names: names.slice(0, 100) },
      hint: 'The warnings say why each of them cannot be read.',
    },
  );
}
