import { setTimeout as delay } from 'node:timers/promises';
import { counted } from '../../../base/index.ts';
import type { SignalOptions, UploadSource } from '../../destination.ts';
import { DestinationError } from '../../destination-error.ts';
import { readChunks } from './read-chunks.ts';

/** Where an upload stands: so many bytes have arrived, or the file is stored. */
export type Progress<R> = { readonly arrivedBytes: number } | { readonly stored: R };

/** How a provider takes a file piece by piece. */
export interface UploadSession<R> {
  /** Sends the bytes that begin at `offset`. With the last ones the file is stored. */
  send(bytes: Uint8Array, offset: number, isLast: boolean): Promise<Progress<R>>;
  /** What has arrived, after a request that failed in between. */
  ask(offset: number): Promise<Progress<R>>;
}

export interface SessionSettings {
  readonly chunkBytes: number;
  /** How often in a row the sending of a chunk may fail before the upload does. */
  readonly retries: number;
  /**
   * The wait before the second repetition; it doubles with each further one, and the first repetition comes
   * at once.
   */
  readonly delayMs: number;
}

/**
 * Stores a file in one session. A request that is lost on the way does not lose the upload: the storage is
 * asked how far it got, and the rest is sent. Throws `destination-corrupt` for a source of another length
 * than announced.
 */
export async function uploadInSession<R>(
  session: UploadSession<R>,
  source: UploadSource,
  settings: SessionSettings,
  options: SignalOptions = {},
): Promise<R> {
  let at: Progress<R> = { arrivedBytes: 0 };
  for await (const { offset, bytes, isLast } of readChunks(source, settings.chunkBytes, options)) {
    const end = offset + bytes.byteLength;
    do {
      const from: number = 'stored' in at ? end : at.arrivedBytes;
      if (from < offset) throw lost(from, offset);
      at = await sendOne(
        session,
        { bytes: bytes.subarray(from - offset), offset: from, isLast },
        settings,
        options,
      );
    } while ('arrivedBytes' in at && (isLast || at.arrivedBytes < end));
  }
  if ('stored' in at) return at.stored;
  throw lost(at.arrivedBytes, source.sizeBytes);
}

async function sendOne<R>(
  session: UploadSession<R>,
  {
    bytes,
    offset,
    isLast,
  }: { readonly bytes: Uint8Array; readonly offset: number; readonly isLast: boolean },
  { retries, delayMs }: SessionSettings,
  { signal }: SignalOptions,
): Promise<Progress<R>> {
  for (let failures = 0; ; failures++) {
    signal?.throwIfAborted();
    try {
      return failures === 0 ? await session.send(bytes, offset, isLast) : await session.ask(offset);
    } catch (error) {
      if (!isLostRequest(error) || failures >= retries) throw error;
    }
    if (failures > 0)
      await delay(delayMs * 2 ** (failures - 1), undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

/**
 * True for what is over soon: the line, a server in between. A storage that names a time to wait is left
 * alone by the whole upload.
 */
function isLostRequest(error: unknown): boolean {
  if (!(error instanceof DestinationError)) return false;
  const { status, retryAfterMs } = error.details;
  return (
    error.code === 'destination-unreachable' ||
    (error.code === 'destination-throttled' && status === 503 && retryAfterMs === undefined)
  );
}

function lost(arrivedBytes: number, expectedBytes: number): DestinationError {
  return new DestinationError(
    'destination-unreachable',
    `The storage lost a part of an upload: it has ${counted(arrivedBytes, 'byte')} of ${expectedBytes}.`,
    { details: { arrivedBytes, expectedBytes } },
  );
}
