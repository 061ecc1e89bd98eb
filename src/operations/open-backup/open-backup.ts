import { resolve } from 'node:path';
import process from 'node:process';
import type { BackupError } from '../../base/index.ts';
import { acquireLock, type LocalDatabase, locateDatabase } from '../../database/index.ts';
import { parseDestinationUrl } from '../../destinations/index.ts';
import type { FormatSettings } from '../../format/index.ts';
import { checkVolumeSize } from '../../options/index.ts';
import { TemporaryFolder } from '../../pipeline/index.ts';
import type { Remote } from '../../transfer/index.ts';
import { markUnlisted } from '../compact/unlisted-volumes.ts';
import type { OperationContext } from '../context.ts';
import { recreateDatabase } from '../recreate/run.ts';
import { replaceDamaged } from '../replace-damaged/run.ts';
import { applyListing } from '../verify-listing/apply.ts';
import { listVolumes, type VolumeListing } from '../verify-listing/list-volumes.ts';
import { lostDblocks, planListing } from '../verify-listing/plan.ts';
import { connect, createRemote } from './connect.ts';
import { DatabaseFile } from './database-file.ts';
import { decideOpening } from './decide.ts';
import { missingBackup, missingVolumes, nothingListed } from './failures.ts';
import type { BackupTarget, OpenedBackup } from './opened-backup.ts';
import { changeUnfinished, readChangeProgress, refuseDuringChange } from './passphrase-change.ts';
import { checkPassphrase, matchesPassphrase, storePassphrase } from './stored-passphrase.ts';
import { checkGivenFormat, type GivenFormat, readStoredFormat, storeFormat } from './stored-settings.ts';

export interface Opening {
  readonly target: BackupTarget;
  /** The name of the operation, for the message that another run prints. */
  readonly operation: string;
  /** `begin`: a destination without a backup is taken for a new one. `continue`: there must be a backup. `read`: likewise, nothing is changed at the destination, and what it has lost is only told. */
  readonly purpose: 'begin' | 'continue' | 'read';
  /** For `continue`: whether the operation can go on where data are lost. Default: it ends with `remote-files-missing`. */
  readonly losses?: 'accept';
  /** Which dblocks are read where the database is rebuilt: those that hold what indexes do not tell, or every one. Default: the former. */
  readonly rebuildReads?: 'every-dblock';
  readonly given: GivenFormat;
  readonly defaults: FormatSettings;
  /** How large dblocks become; checked against the blocksize where volumes may be written. */
  readonly dblockSizeBytes?: number;
  /** What becomes of another passphrase than the one that the backup is known to have. `change`: the further passphrase of the keys may be the one, and a change that is under way goes on. Default: it is refused. */
  readonly otherPassphrase?: 'accept' | 'change';
  /** `none`: the destination is not listed and the database is trusted. */
  readonly verification: 'listing' | 'none';
  /** Whether a missing folder of the destination may be made. */
  readonly folder: 'create' | 'must-exist';
}

/** A backup that is open, to be disposed when the operation ends. */
export interface Opened extends OpenedBackup, AsyncDisposable {
  /** What lay at the destination when it was opened; `undefined` where it was not listed. */
  readonly listing: VolumeListing | undefined;
}

/**
 * Opens a backup for an operation that may write: takes the lock, brings the local database up to date with the destination (rebuilding it where that is needed), books the listing and clears what an interrupted run
 * left. The database is closed and the lock released when the result is disposed.
 */
export async function openBackup(opening: Opening, context: OperationContext): Promise<Opened> {
  const { target } = opening;
  await using stack = new AsyncDisposableStack();
  const destination = stack.use(await connect(target, context.log));
  const remote = createRemote(destination, { target, folder: opening.folder }, context);
  const path = databasePath(target, 'create');
  if (path === undefined) throw new Error('a database that is to be created has a path');
  stack.use(acquireLock(path, { processId: process.pid, operation: opening.operation }));
  const temporary = stack.use(new TemporaryFolder(target.temporaryParent));
  const database = new DatabaseFile(path, context);
  stack.use(database);
  const listing =
    opening.verification === 'none' && database.isInUse
      ? undefined
      : await listAndMend({ opening, remote, temporary, database }, context);
  if (listing !== undefined) await bringUpToDate({ opening, remote, temporary, database, listing }, context);
  const { current } = database;
  const format = readStoredFormat(current) ?? chooseFormat(opening);
  checkGivenFormat(opening.given, format);
  if (opening.purpose !== 'read' && opening.dblockSizeBytes !== undefined)
    checkVolumeSize(opening.dblockSizeBytes, format.blocksizeBytes);
  checkPassphraseFor(opening, current, context);
  if (listing !== undefined) await bookListing({ opening, remote, database: current, listing }, context);
  if (opening.purpose !== 'read') rememberSettings(current, format, target);
  const owned = stack.move();
  return {
    target,
    remote,
    database: current,
    temporary,
    keys: target.keys,
    format,
    listing,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Whoever writes needs the passphrase of the backup; whoever reads during a change of it is told that there are two. */
function checkPassphraseFor(
  { purpose, target, otherPassphrase }: Opening,
  { configuration }: LocalDatabase,
  { log }: OperationContext,
): void {
  const { passphrase, furtherPassphrase } = target.keys;
  if (purpose === 'read') {
    const unfinished = changeUnfinished();
    if (readChangeProgress(configuration) !== undefined && furtherPassphrase === undefined)
      log.write('warning', unfinished.code, unfinished.message);
    return;
  }
  if (otherPassphrase === 'change') {
    const isChanged = furtherPassphrase !== undefined && matchesPassphrase(configuration, furtherPassphrase);
    checkPassphrase(configuration, passphrase, isChanged === true ? 'accept' : 'refuse');
    return;
  }
  refuseDuringChange(configuration);
  checkPassphrase(configuration, passphrase, otherPassphrase);
}

function rememberSettings(database: LocalDatabase, format: FormatSettings, target: BackupTarget): void {
  const { configuration } = database;
  if (configuration.get('blocksize') !== undefined && configuration.get('passphrase') !== undefined) return;
  database.transaction(() => {
    storeFormat(configuration, format);
    if (configuration.get('passphrase') === undefined) storePassphrase(configuration, target.keys.passphrase);
  });
}

/** The file of the backup's database: the one named by the user, else the one recorded for the destination, else (`create`) a new one. */
export function databasePath(target: BackupTarget, mode: 'find' | 'create'): string | undefined {
  if (target.databasePath !== undefined) return target.databasePath;
  const url = parseDestinationUrl(target.url);
  const identity = {
    scheme: url.scheme,
    host: url.host ?? '',
    port: url.port,
    path: url.scheme === 'file' ? resolve(url.path) : url.path,
    username: url.user ?? '',
    prefix: target.prefix,
  };
  return locateDatabase(target.dataFolder, identity, mode, target.backupName);
}

interface Update {
  readonly opening: Opening;
  readonly remote: Remote;
  readonly temporary: TemporaryFolder;
  readonly database: DatabaseFile;
  readonly listing: VolumeListing;
}

/** The listing of the destination, where damaged dblocks have given way to mended ones before. */
async function listAndMend(
  { opening, remote, temporary, database }: Omit<Update, 'listing'>,
  context: OperationContext,
): Promise<VolumeListing> {
  const { prefix } = opening.target;
  const listing = await listVolumes(remote, prefix);
  if (opening.purpose === 'read') return listing;
  const replacing = { remote, temporary, database: database.current };
  const replaced = await replaceDamaged(replacing, listing, context);
  return replaced === 0 ? listing : listVolumes(remote, prefix);
}

async function bringUpToDate(update: Update, context: OperationContext): Promise<void> {
  const { opening, remote, temporary, database, listing } = update;
  const known = database.current.volumes.all();
  const plan = planListing(known, listing.volumes);
  const decision = decideOpening({
    databaseVolumes: known.length,
    listedVolumes: listing.volumes.length,
    plan,
    purpose: opening.purpose,
  });
  if (decision.kind === 'no-backup') throw missingBackup(opening.target, listing.otherPrefixes);
  if (decision.kind !== 'rebuild') return;
  context.log.write(
    'information',
    'database-rebuild',
    `${decision.reason}; it is rebuilt from the destination.`,
  );
  const { keys } = opening.target;
  await database.rebuild(async (fresh) => {
    const result = await recreateDatabase(
      {
        remote,
        files: listing.volumes,
        database: fresh,
        temporary,
        keys,
        fallback: chooseFormat(opening),
        manifests: opening.target.checks?.manifests,
        ...(opening.rebuildReads === undefined ? {} : { describedDblocks: 'read-all' }),
        withoutVersions: opening.purpose === 'begin' ? 'accept' : 'refuse',
      },
      context,
    );
    if (result.versions === 0) keepUnlisted(fresh, context);
    if (result.brokenVersions.length === 0) return;
    const names = new Set([...lostDblocks(plan).map(({ name }) => name), ...result.missingVolumes]);
    const loss = missingVolumes([...names], result.brokenVersions.length);
    tellLoss(canGoOn(opening) && !decision.onlyIfWhole, loss, context);
    fresh.transaction(() => fresh.configuration.set('blocks-lost', 'true'));
  });
}

/** A first backup that ended early, or lists that somebody lost: which of both it was cannot be seen. */
function keepUnlisted(database: LocalDatabase, { log }: OperationContext): void {
  database.transaction(() => markUnlisted(database));
  log.write(
    'warning',
    'no-versions',
    'No file list that can be read lies at the destination. A first backup that ended early leaves that: nothing is lost then, since it never completed a version. This run uses again what can be read of the volumes there. They are kept, for file lists that were removed and may be brought back; if there are none, the command compact deletes what is not needed.',
  );
}

/** The settings of the storage format that were asked for, and the usual ones. */
export function chooseFormat({ given, defaults }: Pick<Opening, 'given' | 'defaults'>): FormatSettings {
  return {
    blocksizeBytes: given.blocksizeBytes ?? defaults.blocksizeBytes,
    blockHash: given.blockHash ?? defaults.blockHash,
    fileHash: given.fileHash ?? defaults.fileHash,
  };
}

async function bookListing(
  update: {
    readonly opening: Opening;
    readonly remote: Remote;
    readonly database: LocalDatabase;
    readonly listing: VolumeListing;
  },
  context: OperationContext,
): Promise<void> {
  const { opening, remote, database, listing } = update;
  const plan = planListing(database.volumes.all(), listing.volumes);
  const lostBlocks = lostDblocks(plan);
  if (lostBlocks.length > 0) {
    const names = lostBlocks.map((volume) => volume.name);
    const loss =
      listing.volumes.length === 0 ? nothingListed(opening.target, names) : missingVolumes(names, undefined);
    tellLoss(opening.purpose === 'read', loss, context);
  }
  if (opening.purpose === 'read') return;
  await applyListing(plan, { remote, database, log: context.log, clock: context.clock });
}

/** Lost data ends an operation that would build on it. One that only reads goes on with what there is, and a backup stores again what the source still has. */
function canGoOn({ purpose, losses }: Opening): boolean {
  return purpose !== 'continue' || losses === 'accept';
}

function tellLoss(goesOn: boolean, loss: BackupError, { log }: OperationContext): void {
  if (!goesOn) throw loss;
  log.write('warning', loss.code, loss.message);
}
