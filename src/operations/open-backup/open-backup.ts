import type { LocalDatabase } from '../../database/index.ts';
import type { FormatSettings } from '../../format/index.ts';
import { checkVolumeSize } from '../../options/index.ts';
import { TemporaryFolder } from '../../pipeline/index.ts';
import type { Remote } from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import type { BackupTarget, OpenedBackup } from '../opened-backup/opened-backup.ts';
import { checkGivenFormat, readStoredFormat, storeFormat } from '../opened-backup/stored-settings.ts';
import { recreateDatabase } from '../recreate/run.ts';
import { replaceDamaged } from '../replace-damaged/run.ts';
import { applyListing } from '../verify-listing/apply.ts';
import { bookLostDblocks } from '../verify-listing/book-lost-dblocks.ts';
import { listVolumes, type VolumeListing } from '../verify-listing/list-volumes.ts';
import { lostDblocks, planListing } from '../verify-listing/plan.ts';
import { DatabaseFile } from './database-file.ts';
import { decideOpening } from './decide.ts';
import { missingBackup, missingVolumes } from './failures.ts';
import { chooseFormat, type Opening } from './opening.ts';
import { changeUnfinished, readChangeProgress, refuseDuringChange } from './passphrase-change.ts';
import { reachBackup } from './reach-backup.ts';
import { checkPassphrase, matchesPassphrase, storePassphrase } from './stored-passphrase.ts';
import { tellLoss, tellLostDblocks, tellUnlisted } from './tell-loss.ts';

/** A backup that is open, to be disposed when the operation ends. */
export interface Opened extends OpenedBackup, AsyncDisposable {
  /** What lay at the destination when it was opened; `undefined` where it was not listed. */
  readonly listing: VolumeListing | undefined;
}

/**
 * Opens a backup for an operation that may write: takes the lock, brings the local database up to date with
 * the destination (rebuilding it where that is needed), books the listing and clears what an interrupted run
 * left. The database is closed and the lock released when the result is disposed.
 */
export async function openBackup(opening: Opening, context: OperationContext): Promise<Opened> {
  const { target } = opening;
  await using stack = new AsyncDisposableStack();
  const { remote, path } = await reachBackup(opening, stack, context);
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

/**
 * Whoever writes needs the passphrase of the backup; whoever reads during a change of it is told that there
 * are two.
 */
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
    `${decision.reason}; the local database is rebuilt from there.`,
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
    if (result.versions === 0) tellUnlisted(fresh, context.log);
    if (result.brokenVersions.length === 0) return 'replace';
    if (decision.onlyIfWhole) {
      context.log.write(
        'information',
        'database-kept',
        'The destination has lost file lists too, which the local database still knows: that one stays in use.',
      );
      return 'keep-old';
    }
    const names = new Set([...lostDblocks(plan).map(({ name }) => name), ...result.missingVolumes]);
    const loss = missingVolumes([...names], result.brokenVersions.length);
    tellLoss(opening, loss, context.log);
    fresh.transaction(() => fresh.configuration.set('blocks-lost', 'true'));
    return 'replace';
  });
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
  if (lostBlocks.length > 0)
    tellLostDblocks(opening, lostBlocks, { listedVolumes: listing.volumes.length, log: context.log });
  if (opening.purpose === 'read') return;
  if (lostBlocks.length > 0) bookLostDblocks(plan, database, context.clock.now());
  await applyListing(plan, { remote, database, log: context.log, clock: context.clock });
}
