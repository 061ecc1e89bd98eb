import type { ProgramSettings } from '../../options/index.ts';
import { emptyStatistics, Remote, type RetryPolicy } from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import { connect } from '../open-backup/connect.ts';
import { type Places, readTarget } from '../open-backup/settings.ts';

/** One of the two destinations of a synchronization. */
export interface EndSettings {
  readonly url: string;
  /** The options for this destination, and for no other. */
  readonly settings: ProgramSettings;
  readonly places: Places;
  readonly retry: RetryPolicy;
  readonly folder: 'create' | 'must-exist';
  /** Whether what is deleted here is kept under another name. */
  readonly keepsDeleted: boolean;
}

/** Before the names of files that are kept; no volume is called like that. */
const KEPT_PREFIX = 'kept-';

export interface OpenedEnd extends AsyncDisposable {
  readonly remote: Remote;
}

/** Opens one end without touching the storage. */
export async function openEnd(
  { url, settings, places, retry, folder, keepsDeleted }: EndSettings,
  { log, control }: Pick<OperationContext, 'log' | 'control'>,
): Promise<OpenedEnd> {
  const target = readTarget(url, settings, places);
  const softDeletion = keepsDeleted
    ? ({ prefix: KEPT_PREFIX, rename: 'where-possible' } as const)
    : target.softDeletion;
  const destination = await connect({ ...target, softDeletion }, log);
  const remote = new Remote(
    destination,
    { retry, folder },
    { log, signal: control.signal, statistics: emptyStatistics() },
  );
  return { remote, [Symbol.asyncDispose]: () => destination[Symbol.asyncDispose]() };
}
