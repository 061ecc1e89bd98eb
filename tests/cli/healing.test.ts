/**
 * What is lost, damaged or out of date, through the real program: mended without being asked where that is
 * safe, else one message that says what is lost, what is not, and how to go on.
 */
import assert from 'node:assert/strict';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, type TestContext } from 'node:test';
import { extent, longTest } from '../faults/extent.ts';
import { type AshlarRun, runAshlar } from '../support/run-ashlar.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let prepared = '';

/** Two versions: of four files one changes, and one comes. */
before(() => {
  prepared = mkdtempSync(join(tmpdir(), 'ashlar-healing-'));
  const place = placeAt(prepared);
  mkdirSync(place.source);
  for (let file = 0; file < 4; file++)
    writeFileSync(join(place.source, `file-${file}`), seededBytes(70_000, file + 1));
  assert.equal(place.run('backup', place.source).code, 0);
  copyFileSync(place.database, join(prepared, 'first.sqlite'));
  cpSync(place.destination, join(prepared, 'first-destination'), { recursive: true });
  writeFileSync(join(place.source, 'file-1'), seededBytes(70_000, 20));
  writeFileSync(join(place.source, 'file-4'), seededBytes(70_000, 5));
  assert.equal(place.run('backup', place.source).code, 0);
});

after(() => rmSync(prepared, { recursive: true, force: true }));

interface Place {
  readonly folder: string;
  readonly source: string;
  readonly destination: string;
  readonly database: string;
  run(command: string, ...argv: readonly string[]): AshlarRun;
}

function placeAt(folder: string, sourceFolder = folder): Place {
  const [destination, database] = [join(folder, 'destination'), join(folder, 'database.sqlite')];
  return {
    folder,
    source: join(sourceFolder, 'source'),
    destination,
    database,
    run: (command, ...argv) =>
      runAshlar(folder, [command, destination, ...argv, '--no-encryption', `--dbpath=${database}`]),
  };
}

/** A copy of the prepared backup; its source stays where the entries came from, and is not to be changed. */
async function copyOf(t: TestContext): Promise<Place> {
  const folder = await temporaryFolder(t);
  for (const name of ['destination', 'database.sqlite'])
    cpSync(join(prepared, name), join(folder, name), { recursive: true });
  return placeAt(folder, prepared);
}

function volumes({ destination }: Place, kind: string): string[] {
  const names = readdirSync(destination).filter((name) => name.includes(`.${kind}.`));
  return names.toSorted((one, other) => sizeOf(destination, other) - sizeOf(destination, one));
}

const sizeOf = (folder: string, name: string) => statSync(join(folder, name)).size;

function flip({ destination }: Place, name: string, at?: number): void {
  const bytes = readFileSync(join(destination, name));
  const offset = at ?? bytes.length >> 1;
  bytes[offset] = (bytes[offset] ?? 0) ^ 0x55;
  writeFileSync(join(destination, name), bytes);
}

function loseDatabase({ database }: Place): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(database + ending, { force: true });
}

/**
 * A backup without a word of help ends well, everything is whole, and so it is to a database made from the
 * destination.
 */
function assertHealed(place: Place, versions: number, { code = 0, options = NONE } = {}): void {
  const backup = place.run('backup', place.source, '--upload-unchanged-backups', ...options);
  assert.equal(backup.code, code, backup.err + backup.out);
  for (const database of DATABASES) {
    if (database === 'made from the destination') loseDatabase(place);
    const { code: tested, out, err } = place.run('test', 'all');
    assert.equal(tested, 0, out + err);
    const { out: broken, err: complaints } = place.run('list-broken-files', '--json');
    assert.deepEqual(JSON.parse(broken).versions, [], complaints);
  }
  assert.equal(volumes(place, 'dlist').length, versions);
}

const NONE: readonly string[] = [];
/** A rebuild sees more than the database that is there. */
const DATABASES = extent === 'whole' ? ['kept', 'made from the destination'] : ['made from the destination'];

test('ashlar backup goes on with a local database that was put back from last week', async (t) => {
  const place = await copyOf(t);
  loseDatabase(place);
  copyFileSync(join(prepared, 'first.sqlite'), place.database);
  assertHealed(place, 3);
});

longTest('ashlar backup goes on with a destination that was put back from last week', async (t) => {
  const place = await copyOf(t);
  rmSync(place.destination, { recursive: true });
  cpSync(join(prepared, 'first-destination'), place.destination, { recursive: true });
  assertHealed(place, 2);
});

longTest('ashlar backup of two machines that take turns keeps the versions of both', async (t) => {
  const place = await copyOf(t);
  const other = join(place.folder, 'other.sqlite');
  for (const database of [other, place.database, other]) {
    const argv = ['--upload-unchanged-backups', '--no-encryption', `--dbpath=${database}`];
    const { code, err } = runAshlar(place.folder, ['backup', place.destination, place.source, ...argv]);
    assert.equal(code, 0, err);
  }
  assertHealed(place, 6);
});

for (const kind of ['dlist', 'dindex'])
  longTest(`ashlar backup stores every lost ${kind} again`, async (t) => {
    const place = await copyOf(t);
    for (const name of volumes(place, kind)) rmSync(join(place.destination, name));
    const dry = place.run('repair', '--dry-run');
    assert.equal(dry.code, 0, dry.err);
    assert.match(dry.out, /Would store/);
    assert.deepEqual(volumes(place, kind), []);
    assertHealed(place, 3);
  });

for (const kind of ['dlist', 'dindex', 'dblock'])
  (kind === 'dblock' ? test : longTest)(
    `ashlar test finds a flipped byte in a ${kind}, and the next backup mends it`,
    async (t) => {
      const place = await copyOf(t);
      // In the large dblock lie the first versions of the files; what is gone from the source is left alone.
      const [name = ''] = volumes(place, kind);
      const at = kind === 'dblock' ? placeOf(place, name, seededBytes(70_000, 3)) : undefined;
      flip(place, name, at);
      const { code, err } = place.run('test', 'all');
      assert.equal(code, 3);
      assert.match(err, new RegExp(`'${name}' is faulty`));
      assertHealed(place, 3);
      assert.ok(!existsSync(join(place.destination, name)) || kind === 'dlist');
    },
  );

/** Where random content, which no compression makes smaller, lies in a volume. */
function placeOf({ destination }: Place, name: string, content: Buffer): number {
  const at = readFileSync(join(destination, name)).indexOf(content.subarray(500, 600));
  assert.ok(at > 0);
  return at;
}

test('ashlar backup names what a damaged volume costs, once, and purge-broken-files puts that in order', async (t) => {
  const place = await copyOf(t);
  const [name = ''] = volumes(place, 'dblock');
  flip(place, name, placeOf(place, name, seededBytes(70_000, 2)));
  assert.equal(place.run('test', 'all').code, 3);
  for (const command of ['list-broken-files', 'purge-broken-files'])
    assert.match(place.run(command).err, /was found damaged\. Make a backup first/);
  const backup = place.run('backup', place.source);
  assert.equal(backup.code, 2, 'a warning');
  assert.equal(backup.err.match(/cannot be restored/g)?.length, 1);
  assert.match(backup.err, /file-1'\. Everything else restores\. .*list-broken-files.*purge-broken-files/);
  assert.match(place.run('list-broken-files').out, /file-1/);
  const restore = place.run('restore', '--version=1', `--restore-path=${join(place.folder, 'target')}`);
  assert.notEqual(restore.code, 0);
  assert.match(restore.err, /Not restored: '[^']*file-1'/);
  assert.deepEqual(readdirSync(join(place.folder, 'target')).toSorted(), ['file-0', 'file-2', 'file-3']);
  assert.equal(place.run('purge-broken-files').code, 0);
  assertHealed(place, 3);
});

test('ashlar repair says what a lost dblock costs and how to go on, and makes it again when told to', async (t) => {
  const place = await copyOf(t);
  const [, small = ''] = volumes(place, 'dblock');
  rmSync(join(place.destination, small));
  const before = readdirSync(place.destination);
  for (const command of ['delete', 'compact', 'repair'] as const) {
    const argv = command === 'delete' ? ['--keep-versions=1'] : [];
    const { code, err } = place.run(command, ...argv);
    assert.equal(code, 100, err);
    assert.match(err, command === 'repair' ? /ErrorID: data-lost/ : /ErrorID: remote-files-missing/);
    assert.match(err, /--rebuild-missing-dblock-files.*restores.*list-broken-files.*purge-broken-files/);
  }
  assert.deepEqual(readdirSync(place.destination), before);
  const dry = place.run('repair', '--rebuild-missing-dblock-files', '--dry-run');
  assert.match(dry.out, /Would store again what is lost, .*file-4'/);
  const options = ['--rebuild-missing-dblock-files', '--disable-partial-dblock-recovery'];
  const repair = place.run('repair', ...options);
  assert.equal(repair.code, 0, repair.err);
  assert.match(repair.out, /^Stored again: 2 volumes/m);
  assertHealed(place, 3);
});

for (const [damage, spoil] of [
  ['lost', rmSync],
  ['cut', (path: string) => truncateSync(path, 900)],
] as const) {
  const testOrLong = damage === 'lost' ? test : longTest;

  testOrLong(
    `ashlar repair of a ${damage} dblock and a lost dlist stores the list, and says what the dblock costs`,
    async (t) => {
      const place = await copyOf(t);
      const { large, list } = spoilBoth(place, spoil);
      const repair = place.run('repair');
      assert.equal(repair.code, 100, repair.out);
      assert.match(repair.err, /ErrorID: data-lost\n.*file-0.*Everything else is in order\./);
      assert.ok(existsSync(join(place.destination, list)));
      assert.ok(damage === 'cut' || !existsSync(join(place.destination, large)));
      const again = place.run('repair');
      assert.equal(
        again.err.slice(again.err.indexOf('ErrorID')),
        repair.err.slice(repair.err.indexOf('ErrorID')),
      );
      const backup = place.run('backup', place.source);
      assert.equal(backup.code, 2);
      assert.match(backup.err, /Of this cannot be restored: [^;]*file-1'\. Everything else restores/);
      assert.equal(place.run('purge-broken-files').code, 0);
      assertHealed(place, 4);
    },
  );

  longTest(`ashlar backup after a ${damage} dblock and a lost dlist stores both again`, async (t) => {
    const place = await copyOf(t);
    spoilBoth(place, spoil);
    const backup = place.run('backup', place.source);
    assert.equal(backup.code, 2);
    assert.match(backup.err, /Of this cannot be restored: [^;]*file-1'\. Everything else restores/);
    assert.equal(place.run('purge-broken-files').code, 0);
    assertHealed(place, 4);
  });
}

/** The dblock with the first version of all files, and the list of that version. */
function spoilBoth(
  place: Place,
  spoil: (path: string) => void,
): { readonly large: string; readonly list: string } {
  const [[large = ''], list = ''] = [volumes(place, 'dblock'), volumes(place, 'dlist').toSorted()[0]];
  spoil(join(place.destination, large));
  rmSync(join(place.destination, list));
  return { large, list };
}

longTest('ashlar backup to a place where nothing is listed ends, and says what to look at', async (t) => {
  const place = await copyOf(t);
  renameSync(place.destination, `${place.destination}-unmounted`);
  mkdirSync(place.destination);
  for (const command of ['backup', 'repair']) {
    const { code, err } = place.run(command, ...(command === 'backup' ? [place.source] : []));
    assert.equal(code, 100);
    assert.match(err, /Nothing of this backup is at .*\n.*mounted/);
  }
  assert.deepEqual(readdirSync(place.destination), []);
  rmSync(place.destination, { recursive: true });
  renameSync(`${place.destination}-unmounted`, place.destination);
  assertHealed(place, 3);
});

for (const [what, spoil] of [
  ['missing', loseDatabase],
  ['no database', ({ database }: Place) => writeFileSync(database, 'no database')],
  ['empty', ({ database }: Place) => writeFileSync(database, '')],
] as const)
  longTest(`ashlar repair makes a local database that is ${what} anew`, async (t) => {
    const place = await copyOf(t);
    loseDatabase(place);
    spoil(place);
    const { code, out, err } = place.run('repair');
    assert.equal(code, 0, err);
    assert.match(out, /^The local database was rebuilt from the destination\.$/m);
    assert.match(place.run('repair').out, /there was nothing to repair/);
    assertHealed(place, 3);
  });

test('ashlar backup leaves files of others alone, says once that a volume is none, and repair deletes that', async (t) => {
  const place = await copyOf(t);
  const half = 'duplicati-b0123456789abcdef0123456789abcdef.dblock.zip';
  const others = [
    'notes.txt',
    'other-20200101T000000Z.dlist.zip',
    'duplicati-20200101T000000Z.dlist.zip.part',
  ];
  for (const name of [half, ...others]) writeFileSync(join(place.destination, name), 'half');
  const first = place.run('backup', place.source);
  assert.equal(first.code, 2, first.err);
  assert.match(first.err, /no version needs, cannot be read; the command repair deletes it/);
  const second = place.run('backup', place.source);
  assert.deepEqual([second.code, second.err], [1, '']);
  assert.equal(place.run('repair').code, 0);
  for (const name of [half, ...others])
    assert.equal(existsSync(join(place.destination, name)), name !== half, name);
  for (const name of others) rmSync(join(place.destination, name));
  assertHealed(place, 3);
});

longTest('ashlar backup with --auto-cleanup does what it does without', async (t) => {
  const place = await copyOf(t);
  for (const name of [...volumes(place, 'dindex'), ...volumes(place, 'dlist')])
    rmSync(join(place.destination, name));
  // The warning says that the option changes nothing.
  assertHealed(place, 3, { code: 2, options: ['--auto-cleanup'] });
});
