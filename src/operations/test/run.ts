import { BackupError, counted } from '../../base/index.ts';
import type { LocalDatabase, VolumeKind, VolumeRow } from '../../database/index.ts';
import type { OperationContext } from '../context.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import type { VolumeListing } from '../verify-listing/list-volumes.ts';
import { planListing } from '../verify-listing/plan.ts';
import { measureCoverage } from './coverage.ts';
import type { FaultList } from './fault-list.ts';
import type { FaultyVolume, TestResult } from './result.ts';
import { selectSamples } from './select-samples.ts';
import type { TestSettings } from './settings.ts';
import { testVolume } from './test-volume.ts';

/**
 * Reads samples of the volumes back and compares them with the database. Changes nothing at the destination;
 * a list or index that is found faulty is booked so that the next backup or repair replaces it, where the
 * settings say so. With a listing, volumes that it lacks or shows with another length are faults too. Throws
 * `nothing-to-test` where there is no volume.
 */
export async function runTest(
  opened: OpenedBackup & { readonly listing: VolumeListing | undefined },
  settings: TestSettings,
  context: OperationContext,
): Promise<TestResult> {
  const { database } = opened;
  const lost = findLost(database, opened.listing, settings.kinds);
  const lostNames = new Set(lost.map(({ name }) => name));
  const readsDamaged = settings.knownDamage !== 'leave-out';
  const chosen = settings.kinds.flatMap((kind) => {
    const stored = database.volumes
      .stored(kind)
      .filter(({ name, damagedAtMs }) => !lostNames.has(name) && (readsDamaged || damagedAtMs === undefined));
    return selectSamples(stored, settings.samples, settings.random);
  });
  if (chosen.length + lost.length === 0) throw nothingToTest();
  for (const { name, faults } of lost)
    context.log.write('error', 'volume-faulty', `'${name}' ${faults[0]?.subject}.`);
  const tested = await testVolumes(opened, chosen, settings, context);
  const faultyVolumes = [...lost, ...tested.faultyVolumes];
  return {
    testedVolumes: chosen.length,
    hashedBlocks: tested.hashedBlocks,
    faultyVolumes,
    hasErrors: faultyVolumes.some(({ isError }) => isError),
    coverage: measureCoverage(database, context.clock.now()),
  };
}

async function testVolumes(
  opened: OpenedBackup,
  chosen: readonly VolumeRow[],
  settings: TestSettings,
  context: OperationContext,
): Promise<Pick<TestResult, 'faultyVolumes' | 'hashedBlocks'>> {
  const faultyVolumes: FaultyVolume[] = [];
  const bytesTotal = chosen.reduce((sum, { sizeBytes }) => sum + Math.max(0, sizeBytes), 0);
  const unreadable: VolumeRow[] = [];
  let hashedBlocks = 0;
  let bytesDone = 0;
  for (const [filesDone, volume] of chosen.entries()) {
    context.control.signal.throwIfAborted();
    context.report({
      phase: 'verifying',
      filesDone,
      filesTotal: chosen.length,
      bytesDone,
      bytesTotal,
      current: volume.name,
    });
    const test = await testVolume(opened, volume, settings, context);
    hashedBlocks += test.hashedBlocks;
    bytesDone += Math.max(0, volume.sizeBytes);
    const { faults, count, hasError } = test.faults;
    if (count > 0) {
      const { name, kind } = volume;
      faultyVolumes.push({ name, kind, faultCount: count, faults, isError: hasError });
    }
    if (hasError) tellFaults(volume, test.faults, context);
    if (hasError && !test.faults.isProven) unreadable.push(volume);
    book(opened.database, volume, test.faults, settings, context);
  }
  if (unreadable.length > 0 && unreadable.length * 2 < chosen.length)
    bookUnreadable(opened.database, unreadable, context.clock.now());
  return { faultyVolumes, hashedBlocks };
}

/**
 * Lists and indexes say nothing that the database does not know better, so a faulty one is given up: the next
 * run that writes stores another, and deletes it. A faulty dblock is booked as damaged: the next run that
 * writes mends it, if there are parity data that can.
 */
function book(
  database: LocalDatabase,
  volume: VolumeRow,
  { hasError, isProven }: FaultList,
  { faultyIndexes }: TestSettings,
  { clock, log }: OperationContext,
): void {
  if (!hasError) database.transaction(() => database.volumes.setVerified(volume.id, clock.now()));
  else if (isProven && volume.kind === 'dblock')
    database.transaction(() => database.volumes.setDamaged(volume.id, clock.now()));
  else if (isProven && faultyIndexes === 'replace') {
    database.transaction(() => database.volumes.setState(volume.id, 'deleting'));
    log.write('information', 'volume-given-up', `The next backup or repair replaces '${volume.name}'.`);
  }
}

/**
 * Where most volumes can be read, it is these that are at fault, and not the way to the destination: dblocks
 * count as damaged until they can be read again.
 */
function bookUnreadable(database: LocalDatabase, unreadable: readonly VolumeRow[], nowMs: number): void {
  const dblocks = unreadable.filter(({ kind }) => kind === 'dblock');
  database.transaction(() => {
    for (const { id } of dblocks) database.volumes.setDamaged(id, nowMs);
  });
}

function tellFaults(
  { name }: VolumeRow,
  { faults, count }: { readonly faults: FaultyVolume['faults']; readonly count: number },
  { log }: OperationContext,
): void {
  const [first] = faults.filter(({ kind }) => kind !== 'extra');
  const others = count > 1 ? `, and ${count - 1} more` : '';
  log.write(
    'error',
    'volume-faulty',
    `'${name}' is faulty: ${first?.kind ?? ''}: ${first?.subject ?? ''}${others}`,
  );
}

/** What the listing shows to be lost or damaged, among the kinds that are tested. */
function findLost(
  database: LocalDatabase,
  listing: VolumeListing | undefined,
  kinds: readonly VolumeKind[],
): FaultyVolume[] {
  if (listing === undefined) return [];
  const { missing, damaged } = planListing(database.volumes.all(), listing.volumes);
  const toFaulty = ({ name, kind }: VolumeRow, faultKind: 'missing' | 'modified', subject: string) => ({
    name,
    kind,
    faultCount: 1,
    faults: [{ kind: faultKind, subject }],
    isError: true,
  });
  return [
    ...missing.map((volume) => toFaulty(volume, 'missing', 'is not at the destination')),
    ...damaged.map(({ volume, listedBytes }) =>
      toFaulty(volume, 'modified', `has ${counted(listedBytes, 'byte')} instead of ${volume.sizeBytes}`),
    ),
  ].filter(({ kind }) => kinds.includes(kind));
}

function nothingToTest(): BackupError {
  return new BackupError('nothing-to-test', 'There is no volume to test.', {
    hint: 'Make a backup first, or check the destination and --prefix.',
  });
}
