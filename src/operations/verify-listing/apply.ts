import type { Clock, Log } from '../../base/index.ts';
import type { LocalDatabase, VolumeRow, VolumeState } from '../../database/index.ts';
import type { Remote } from '../../transfer/index.ts';
import { deleteUnlessLocked } from '../locks/delete-volume.ts';
import { takeBackUnstored } from '../recover-interrupted/take-back.ts';
import { isDblock, type ListingPlan } from './plan.ts';

export interface ListingTools {
  readonly remote: Remote;
  readonly database: LocalDatabase;
  readonly log: Log;
  readonly clock: Clock;
}

/** For so long a listing may still show a file that was deleted. */
const LISTING_LAG_MS = 7 * 86_400_000;

/**
 * Books what a listing proved, and clears what an interrupted run left. Only files that this database once
 * decided to delete, or began to upload and never completed, are deleted. Lists and indexes that are missing
 * or damaged are given up here, so that they are written anew from the database.
 */
export async function applyListing(plan: ListingPlan, tools: ListingTools): Promise<void> {
  const { remote, database, log, clock } = tools;
  // Parity data arrive before their volume, and this database is about to forget the name that they are found by.
  for (const { name } of plan.gone) await remote.deleteCompanion(name);
  database.transaction(() => {
    bookPlan(plan, database);
    takeBackUnstored(database);
    forgetDeleted(plan, database, clock.now());
  });
  const needed = new Set(database.filesets.versions().map(({ volumeId }) => volumeId));
  // The faulty list of a version stays until another one is stored.
  for (const volume of plan.leftovers.filter(({ id }) => !needed.has(id))) {
    if (!(await deleteUnlessLocked(volume.id, tools))) continue;
    log.write(
      'information',
      'leftover-deleted',
      `Deleted '${volume.name}', which an earlier run left behind or gave up.`,
    );
    database.transaction(() => forgetVolume(volume, database));
  }
}

function bookPlan(plan: ListingPlan, database: LocalDatabase): void {
  const setStates = (volumes: readonly VolumeRow[], state: VolumeState) => {
    for (const { id } of volumes) database.volumes.setState(id, state);
  };
  setStates(plan.arrived, 'uploaded');
  setStates(plan.seen, 'verified');
  for (const volume of plan.gone) forgetVolume(volume, database);
  for (const { id } of plan.missing.filter(isFormable)) database.volumes.remove(id);
  setStates(plan.damaged.map(({ volume }) => volume).filter(isFormable), 'deleting');
  setStates(plan.leftovers, 'deleting');
}

/** Deletions so long ago that no listing shows the files again. */
function forgetDeleted({ deleted }: ListingPlan, { volumes }: LocalDatabase, nowMs: number): void {
  for (const { id, deletedAtMs = 0 } of deleted) if (deletedAtMs < nowMs - LISTING_LAG_MS) volumes.remove(id);
}

/** What the database can form again. */
function isFormable(volume: VolumeRow): boolean {
  return !isDblock(volume);
}

function forgetVolume(volume: VolumeRow, database: LocalDatabase): void {
  if (volume.kind === 'dblock') database.blocks.dropVolume(volume.id);
  database.volumes.remove(volume.id);
}
