/** A disk that is full at any moment of a backup: of the destination, of the volumes on their way, of the database. */
import { statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { BackupError } from '../../src/base/index.ts';
import { createFolderEngine, type Engine } from '../support/engine.ts';
import { History } from '../support/history.ts';
import { assertSound } from '../support/oracle.ts';
import { seededBytes, seededRandom } from '../support/seeded-random.ts';
import { mountSmallDisk, resizeDisk } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { extent } from './extent.ts';
import { keepNewest } from './keep-newest.ts';

const SEED = 28;
const ROUNDS = extent === 'whole' ? 25 : 1;
const MOST_VERSIONS = 3;
const LARGE_BYTES = 256 * 1024 * 1024;
/** What a backup needs of each disk at most, about. */
const NEEDED_BYTES = { destination: 1_600_000, temporary: 1_600_000, data: 400_000 };

for (const [place, neededBytes] of Object.entries(NEEDED_BYTES))
  test(`a disk that fills up under the ${place} ends a backup with a message, and the next one needs no help`, (t) =>
    fillUp(t, place, neededBytes));

async function fillUp(t: TestContext, place: string, neededBytes: number): Promise<void> {
  const disk = mountSmallDisk(t, LARGE_BYTES);
  if (disk === undefined) return t.skip('this user may not mount a file system');
  const folder = await temporaryFolder(t);
  symlinkSync(disk, join(folder, place));
  const engine = createFolderEngine(folder);
  const history = new History();
  const random = seededRandom(SEED);
  let failures = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (let file = 0; file < 40; file++)
      writeFileSync(join(engine.source, `file-${file}`), seededBytes(30_000, round * 100 + file));
    resizeDisk(disk, usedBytes(disk) + Math.floor(random() * neededBytes));
    if (!(await backUp(engine, history))) failures++;
    resizeDisk(disk, LARGE_BYTES);
    await assertSound(engine, history, `${place}, round ${round}, seed ${SEED}`);
    await keepNewest({ engine, history }, MOST_VERSIONS);
  }
  t.diagnostic(`${failures} of ${ROUNDS} backups ended early`);
}

function usedBytes(disk: string): number {
  const { blocks, bfree, bsize } = statfsSync(disk);
  return (blocks - bfree) * bsize;
}

async function backUp(engine: Engine, history: History): Promise<boolean> {
  const rows = history.see(engine.source);
  try {
    const { versionTime } = await engine.backup();
    if (versionTime !== undefined) history.commit(versionTime, rows);
    return true;
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    return false;
  }
}
