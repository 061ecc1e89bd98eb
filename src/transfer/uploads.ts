import { rmSync } from 'node:fs';
import type { LocalDatabase, VolumeId, VolumeKind } from '../database/index.ts';
import { type FileToUpload, putVolume } from './put-volume.ts';
import type { Remote } from './remote.ts';

/**
 * Stores one volume and books each step: `uploading` with length and hash is on disk before the first byte is
 * sent, `uploaded` after the last one arrived. A failed attempt may have left something under its name, so
 * each further one takes a new name from `rename`, and the old name is booked for deletion. Returns the name
 * that the volume has in the end; the local file is removed.
 */
export async function uploadVolume(
  remote: Remote,
  database: LocalDatabase,
  volume: {
    readonly id: VolumeId;
    readonly file: FileToUpload;
    /** The name for a further attempt; the same one where there is no other. */
    readonly rename: (attempt: number) => string;
  },
): Promise<string> {
  const { id, file } = volume;
  const { kind } = database.volumes.get(id);
  let { name } = file;
  await remote.repeat(`upload of ${file.name}`, async (attempt) => {
    if (attempt > 0) name = bookNewName(database, { id, oldName: name, newName: volume.rename(attempt) });
    database.transaction(() => {
      database.volumes.setFile(id, file);
      database.volumes.setState(id, 'uploading');
    });
    await putVolume(remote, kind, { ...file, name });
  });
  database.transaction(() => database.volumes.setState(id, 'uploaded'));
  rmSync(file.path, { force: true });
  return name;
}

/**
 * Stores a volume that is to take the place of another one. Until the caller books it otherwise it counts as
 * something to be deleted, whatever becomes of the run. Each attempt takes a new name from `newName`; the
 * failed ones are left to the next run.
 */
export async function uploadReplacement(
  remote: Remote,
  database: LocalDatabase,
  volume: { readonly kind: VolumeKind; readonly file: FileToUpload; readonly newName: () => string },
): Promise<{ readonly id: VolumeId; readonly name: string }> {
  const { kind, file } = volume;
  const stored = await remote.repeat(`upload of ${file.name}`, async () => {
    const name = volume.newName();
    const id = database.transaction(() => database.volumes.add({ ...file, name, kind, state: 'deleting' }));
    await putVolume(remote, kind, { ...file, name });
    return { id, name };
  });
  rmSync(file.path, { force: true });
  return stored;
}

function bookNewName(
  database: LocalDatabase,
  names: { readonly id: VolumeId; readonly oldName: string; readonly newName: string },
): string {
  if (names.newName === names.oldName) return names.oldName;
  database.transaction(() => {
    const { kind } = database.volumes.get(names.id);
    database.volumes.rename(names.id, names.newName);
    database.volumes.add({ name: names.oldName, kind, state: 'deleting' });
  });
  return names.newName;
}

/**
 * Uploads that run beside the work that makes them, at most `limit` at a time. A producer asks `room()`
 * before it makes more, so that finished volumes do not pile up; the first failure is thrown by every later
 * call.
 */
export class UploadQueue {
  readonly #limit: number;
  readonly #running = new Set<Promise<void>>();
  #waiting: (() => Promise<void>)[] = [];
  #failure: { readonly error: unknown } | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes an upload; it starts as soon as fewer than `limit` run. */
  add(upload: () => Promise<void>): void {
    this.#waiting.push(upload);
    this.#startNext();
  }

  /** Resolves when no upload waits for its start. */
  async room(): Promise<void> {
    while (this.#waiting.length > 0 && this.#failure === undefined) await Promise.race(this.#running);
    this.#check();
  }

  /** Resolves when every upload has ended well. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.race(this.#running);
    this.#check();
  }

  /** Gives up what has not started and waits for what runs, whatever its outcome. */
  async cancel(): Promise<void> {
    this.#waiting = [];
    while (this.#running.size > 0) await Promise.race(this.#running);
  }

  #startNext(): void {
    if (this.#running.size >= this.#limit || this.#failure !== undefined) return;
    const upload = this.#waiting.shift();
    if (upload === undefined) return;
    const task: Promise<void> = upload()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#running.delete(task);
        this.#startNext();
      });
    this.#running.add(task);
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
