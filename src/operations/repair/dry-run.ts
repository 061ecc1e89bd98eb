import { counted } from '../../base/index.ts';
import type { VolumeRow } from '../../database/index.ts';
import type { OperationContext } from '../context.ts';
import { describeLosses } from '../heal-losses/tell-losses.ts';
import { dataLost, missingVolumes } from '../open-backup/failures.ts';
import { type OpenedForReading, openForReading } from '../open-backup/open-for-reading.ts';
import type { Opening } from '../open-backup/opening.ts';
import { findDamaged } from '../replace-damaged/plan.ts';
import { findUnmendable } from '../salvage/run.ts';
import { findUnneeded } from './delete-unneeded.ts';
import { planRepair, type RepairPlan } from './plan.ts';
import type { RepairResult } from './result.ts';

export interface DryRepair {
  readonly indexes: 'write' | 'none';
  /** Whether lost dblocks would be made again from the files that they came from, or make it end with an error. */
  readonly lost: 'rebuild' | 'refuse';
}

const NOTHING: RepairPlan = { lists: [], indexes: [], deletions: [], lostBlocks: [] };

/**
 * Says what a repair would do, and changes nothing at the destination. Ends with `remote-files-missing` or
 * `data-lost` where a repair would leave data lost.
 */
export async function tryRepair(
  opening: Opening,
  policy: DryRepair,
  context: OperationContext,
): Promise<RepairResult> {
  const reading = { ...opening, purpose: 'read', localDatabase: 'use', selection: 'names-only' } as const;
  await using opened = await openForReading(reading, context);
  const { database, listing, isWhole } = opened;
  const plan = isWhole && listing !== undefined ? planRepair(database, listing) : NOTHING;
  const dblocks = planDblocks(opened, plan);
  const indexes = policy.indexes === 'write' ? plan.indexes : [];
  const deletions = [...plan.deletions, ...dblocks.unneeded];
  const volumes = listing?.volumes.length ?? 0;
  const known = isWhole ? describeLosses(database) : undefined;
  const rebuilds = policy.lost === 'rebuild';
  const actions = [
    ...(isWhole ? [] : [`Would rebuild the local database from ${counted(volumes, 'volume')}.`]),
    ...dblocks.mendable.map(({ name }) => `Would store '${name}' again, if its parity data make it whole.`),
    ...(rebuilds ? dblocks.lost : []).map(
      ({ name }) =>
        `Would store again what '${name}' held, as far as the files that it came from still have it.`,
    ),
    ...(rebuilds && known !== undefined
      ? [`Would store again what is lost, as far as the files that it came from still have it: ${known}.`]
      : []),
    ...dblocks.salvaged.map(({ name }) => `Would store again what can still be read of '${name}'.`),
    ...deletions.map(({ name }) => `Would delete '${name}'.`),
    ...plan.lists.map(
      ({ timestamp }) =>
        `Would store the file list of the version of ${new Date(timestamp * 1000).toISOString()} again.`,
    ),
    ...indexes.map(({ name }) => `Would store an index of '${name}'.`),
  ];
  for (const action of actions) context.log.write('dry-run', 'repair-planned', action);
  if (policy.lost === 'refuse') refuseLosses(dblocks.lost, known);
  return {
    isDatabaseRebuilt: !isWhole,
    storedVolumes: plan.lists.length + indexes.length + dblocks.mendable.length,
    deletedVolumes: deletions.length,
    actions,
    isDryRun: true,
  };
}

/** Ends as the repair would. */
function refuseLosses(lost: readonly VolumeRow[], known: string | undefined): void {
  if (lost.length > 0)
    throw missingVolumes(
      lost.map(({ name }) => name),
      undefined,
    );
  if (known !== undefined) throw dataLost(known);
}

interface DblockPlan {
  /** Damaged, with parity data that may make them whole. */
  readonly mendable: readonly VolumeRow[];
  /** Not there, or of another length. */
  readonly lost: readonly VolumeRow[];
  /** Damaged at their right length, without such parity data. */
  readonly salvaged: readonly VolumeRow[];
  /** Damaged, and needed by nothing. */
  readonly unneeded: readonly VolumeRow[];
}

function planDblocks(opened: OpenedForReading, { lostBlocks }: RepairPlan): DblockPlan {
  const { database, listing, remote, isWhole } = opened;
  const damaged = findDamaged(database.volumes.all(), listing?.volumes ?? []);
  const mendable = damaged.filter(({ name }) => remote.mayHaveCompanion(name));
  const isAmong = (volumes: readonly VolumeRow[]) => (row: VolumeRow) =>
    volumes.some(({ id }) => id === row.id);
  const lost = lostBlocks.filter((row) => !isAmong(mendable)(row));
  return {
    mendable,
    lost,
    salvaged: findUnmendable(opened).filter((row) => !isAmong(lost)(row)),
    unneeded: isWhole ? findUnneeded(database) : [],
  };
}
