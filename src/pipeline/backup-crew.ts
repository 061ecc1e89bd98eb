import { hashSizeBytes } from '../crypto/index.ts';
import { BlockRelay } from './block-relay.ts';
import type { BlockTable } from './block-table.ts';
import type { SealedVolume } from './block-volume.ts';
import type { BlockVolumeSettings } from './block-volume-settings.ts';
import { Crew } from './crew.ts';
import { VolumeRoom } from './volume-room.ts';
import type {
  BackupReply,
  BackupRequest,
  BackupWorkerData,
  Examined,
  ExamineJob,
  SourceSettings,
  StoredBlocks,
} from './workers/messages.ts';

/**
 * What the crew hands over, each call in the order in which it must be booked: blocks before the volume that
 * holds them and before the entries that use them.
 */
export interface BackupCrewEvents {
  readonly onBlocks: (blocks: StoredBlocks) => void;
  readonly onExamined: (jobs: readonly ExamineJob[], results: readonly Examined[], bytesRead: number) => void;
  readonly onVolume: (volume: SealedVolume) => void;
  /** The blocks booked for volume `from` lie in volume `into` now. */
  readonly onMoved: (from: string, into: string) => void;
}

/** Small: encrypted and compressed pieces are freed only when a thread's space for new objects is cleared. */
const NEW_SPACE_MEGABYTES = 8;

/** The blocks that are stored already. */
export interface KnownBlocks {
  /** An empty table with room for all of them. */
  createTable(): BlockTable;
  /** Enters them, a part with each step. */
  enterInto(table: BlockTable): Iterator<void>;
}

/** So many short batches may wait for one thread before another loads its program: as many as wait for two. */
const PATIENCE = 3;

export interface BackupCrewSettings {
  readonly known: KnownBlocks;
  readonly volumes: BlockVolumeSettings;
  readonly source: SourceSettings;
  readonly workers: number;
  /** How many tenths of the time each worker may work; absent: all. */
  readonly cpuTenths?: number | undefined;
  /** Uploads that run at the same time. */
  readonly parallelUploads: number;
}

interface LoadingTable {
  readonly table: BlockTable;
  readonly steps: Iterator<void>;
}

/** The worker threads of a backup: they examine entries and fill volumes, each its own. */
export class BackupCrew implements AsyncDisposable {
  readonly #settings: BackupCrewSettings;
  readonly #events: BackupCrewEvents;
  readonly #batches = new Map<number, readonly ExamineJob[]>();
  #table: LoadingTable | undefined;
  #started: { readonly crew: Crew<BackupRequest, BackupReply>; readonly table: BlockTable } | undefined;
  readonly #room: VolumeRoom;
  #nextBatch = 1;
  #leftovers: SealedVolume[] = [];

  constructor(settings: BackupCrewSettings, events: BackupCrewEvents) {
    this.#settings = settings;
    this.#room = VolumeRoom.create(settings.parallelUploads + settings.workers);
    this.#events = events;
  }

  /**
   * Enters a part of the known blocks into the table; false when none is left. The first batch waits until all
   * are there; a run without changes does not need them.
   */
  loadSome(): boolean {
    return this.#loadingTable().steps.next().done !== true;
  }

  /**
   * Has a batch examined; waits while all workers are busy. `work`: how long that takes; all workers help with
   * `large` files.
   */
  async submit(
    jobs: readonly ExamineJob[],
    signal: AbortSignal,
    work: 'short' | 'long' | 'large' = 'long',
  ): Promise<void> {
    const { crew, table } = this.#start();
    if (table.isNearlyFull) crew.announce({ type: 'add-segment', segment: table.grow() });
    const batch = this.#nextBatch++;
    this.#batches.set(batch, jobs);
    const patience = work === 'short' ? PATIENCE : 0;
    await crew.submit({ type: 'examine', batch, jobs }, signal, { patience });
    if (work === 'large') crew.startAll();
  }

  /** Says that the upload of a volume has ended, which makes room for another; a failed one ends all work. */
  endUpload(failure?: { readonly error: unknown }): void {
    if (failure === undefined) this.#room.leave();
    else this.#started?.crew.giveUp(failure.error);
  }

  /** Waits for all batches, merges the small volumes that the workers have open, and hands the rest over. */
  async finish(signal: AbortSignal): Promise<void> {
    if (this.#started === undefined) return;
    const { crew } = this.#started;
    await crew.settle(signal);
    const [first, ...others] = crew.seats;
    if (first === undefined) return;
    for (const seat of others) seat.ask({ type: 'seal' });
    await crew.settle(signal);
    for (const volume of this.#takeLeftovers()) first.ask({ type: 'absorb', volume });
    first.ask({ type: 'seal' });
    await crew.settle(signal);
    for (const volume of this.#takeLeftovers()) this.#events.onVolume(volume);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started?.crew[Symbol.asyncDispose]();
  }

  #start(): { readonly crew: Crew<BackupRequest, BackupReply>; readonly table: BlockTable } {
    if (this.#started !== undefined) return this.#started;
    const { table, steps } = this.#loadingTable();
    const { workers, volumes } = this.#settings;
    const { format } = volumes;
    const crew = new Crew<BackupRequest, BackupReply>({
      // The threads run the same kind of file as this one: the source in a checkout, the built file in a package.
      entry: new URL(`./workers/backup-worker${import.meta.url.slice(-3)}`, import.meta.url),
      workerData: {
        role: 'backup',
        table: table.memory,
        volumes,
        source: this.#settings.source,
        cpuTenths: this.#settings.cpuTenths,
        room: this.#room.memory,
        relay: BlockRelay.create(workers, {
          blocksizeBytes: format.blocksizeBytes,
          hashSizeBytes: hashSizeBytes(format.blockHash),
        }),
      } satisfies BackupWorkerData,
      size: workers,
      newSpaceMegabytes: NEW_SPACE_MEGABYTES,
      isAnswer: (reply) => reply.type === 'examined' || reply.type === 'sealed' || reply.type === 'absorbed',
      receive: (reply) => this.#receive(reply),
    });
    this.#started = { crew, table };
    // The first thread loads its program meanwhile.
    crew.startFirst();
    while (steps.next().done !== true);
    return this.#started;
  }

  #loadingTable(): LoadingTable {
    if (this.#table !== undefined) return this.#table;
    const { known } = this.#settings;
    const table = known.createTable();
    this.#table = { table, steps: known.enterInto(table) };
    return this.#table;
  }

  #takeLeftovers(): SealedVolume[] {
    const leftovers = this.#leftovers;
    this.#leftovers = [];
    return leftovers;
  }

  #receive(reply: BackupReply): void {
    switch (reply.type) {
      case 'blocks':
        this.#events.onBlocks(reply.blocks);
        return;
      case 'volume':
        this.#events.onVolume(reply.volume);
        return;
      case 'examined': {
        const jobs = this.#batches.get(reply.batch) ?? [];
        this.#batches.delete(reply.batch);
        this.#events.onExamined(jobs, reply.results, reply.bytesRead);
        return;
      }
      case 'sealed':
        if (reply.volume !== undefined) this.#leftovers.push(reply.volume);
        return;
      case 'absorbed':
        if (reply.into === undefined) this.#leftovers.push(reply.volume);
        else this.#events.onMoved(reply.volume.dblock.name, reply.into);
        return;
      case 'failed':
        return;
      default:
        reply satisfies never;
    }
  }
}
