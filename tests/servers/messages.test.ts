/**
 * What a user is told when a destination cannot be used: by `backup` and by `backend test`, for every kind of
 * destination.
 */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, readdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { runAshlarBeside } from '../support/run-ashlar.ts';
import { makeCertificate, makeExpiredCertificate } from '../support/servers/certificate.ts';
import { startShowingDoor, startSilentDoor } from '../support/servers/closed-doors.ts';
import { startFaultyProxy } from '../support/servers/faulty-proxy.ts';
import {
  argumentsOf,
  CLOUD_KINDS,
  LIGHT_KINDS,
  PLACE_KINDS,
  type Place,
  type PlaceKind,
  SFTP,
  type Way,
} from '../support/servers/places/index.ts';
import { freePort } from '../support/servers/server-process.ts';
import { mountSmallDisk, remountReadOnly } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What one trouble is to look like. */
interface Expected {
  readonly code: string;
  readonly message: RegExp;
}

const SECRETS = /wrong-secret|pass[ :]w[oö]rd|Eby8vdM|0123456789abcdef|-password|token-\d/;
/**
 * Those that have a disk to fill. The others are stores of objects, and stand-ins: what providers answer by
 * their rules is put before them.
 */
const WITH_DISK: ReadonlySet<PlaceKind> = new Set(LIGHT_KINDS);
/** The folder of Tahoe-LAFS is its own permission. */
const WITHOUT_LOGIN: ReadonlySet<string> = new Set(['Tahoe-LAFS']);
/** A bucket there is always, or else one that no folder is missing in. */
const WITHOUT_FOLDERS: ReadonlySet<string> = new Set(['Sia']);
const ONCE = { 'number-of-retries': '0' };

for (const kind of [...PLACE_KINDS, ...CLOUD_KINDS]) {
  testKind(kind, 'tells what is wrong, in one message, without a stack and without a secret', async (t) => {
    const place = await kind.start();
    t.after(() => place.stop());
    await checkLogin(t, kind, place);
    await checkLine(t, kind, place);
    if (kind.usesTls) await checkCertificates(t, kind, place);
  });

  testKind(kind, 'tells of a full disk, of a read-only one, and of names that cannot be', (t) =>
    WITH_DISK.has(kind) ? checkDisk(t, kind) : checkRefusals(t, kind),
  );

  if (kind.speaks === 'HTTP') testKind(kind, 'tells of a clock that is wrong', (t) => checkClock(t, kind));
}

/** Asks for obstacles in the test: a file that waited between its tests would run the first of them half read. */
function testKind(kind: PlaceKind, sentence: string, body: (t: TestContext) => Promise<void>): void {
  test(`${kind.kind} ${sentence}`, async (t) => {
    const obstacle = await kind.findObstacle();
    if (obstacle === undefined) await body(t);
    else t.skip(obstacle);
  });
}

test('SFTP tells of a server with another key than the one it is known by, and of one that is not known', async (t) => {
  const obstacle = await SFTP.findObstacle();
  if (obstacle !== undefined) return t.skip(obstacle);
  const place = await SFTP.start();
  t.after(() => place.stop());
  const way = withOptions(place.wayTo('mine'), { 'ssh-accept-any-fingerprints': 'false' });
  const other = withOptions(way, { 'ssh-fingerprint': `ssh-ed25519 256 ${'00:'.repeat(15)}00` });
  await check(t, 'SFTP, changed key', other, {
    code: 'destination-refused',
    message: /showed another key than the one it is known by.*\n.*Somebody may be between/,
  });
  await check(t, 'SFTP, unknown key', way, {
    code: 'destination-refused',
    message: /is not known; its key has the fingerprint .*\n.*--ssh-fingerprint/,
  });
});

async function checkLogin(t: TestContext, kind: PlaceKind, place: Place): Promise<void> {
  const way = place.wayTo('mine');
  const wrong = { ...way, options: { ...way.options, ...place.wrongLogin } };
  if (!WITHOUT_LOGIN.has(kind.kind)) {
    await check(t, `${kind.kind}, wrong login`, wrong, {
      code: 'destination-refused',
      message: /does not let|\b40[134]\b|Unauthorized|[Ii]nvalid|[Ww]rong|not found|No such key|do not match/,
    });
  }
  if (WITHOUT_FOLDERS.has(kind.kind)) return;
  await check(t, `${kind.kind}, missing folder`, withOptions(way, { 'disable-autocreate-folder': 'true' }), {
    code: 'destination-folder-missing',
    message: /(?:does not exist|404|There is no|not.found).*\n.*'ashlar backend create <url>'/,
  });
}

async function checkLine(t: TestContext, kind: PlaceKind, place: Place): Promise<void> {
  const silent = await startSilentDoor();
  t.after(() => silent.stop());
  const unreachable = (message: RegExp): Expected => ({ code: 'destination-unreachable', message });
  const short = { 'short-timeout': '1s', 'list-timeout': '1s', 'read-write-timeout': '1s' };
  const nobody = place.wayTo('mine', { port: await freePort() });
  await check(t, `${kind.kind}, nothing listens`, nobody, unreachable(/nothing listens|refused/));
  const nowhere = place.wayTo('mine', { host: 'no-such-host.invalid', port: place.port });
  await check(t, `${kind.kind}, no such host`, nowhere, unreachable(/no such host|looked up/));
  const quiet = withOptions(place.wayTo('mine', silent), short);
  await check(t, `${kind.kind}, silence`, quiet, unreachable(/did not answer|silent|[Tt]ime/));
}

async function checkCertificates(t: TestContext, kind: PlaceKind, place: Place): Promise<void> {
  const folder = await temporaryFolder(t);
  for (const [what, make, message] of [
    ['self-signed', makeCertificate, /certificate/],
    ['expired', makeExpiredCertificate, /expired/],
  ] as const) {
    const home = join(folder, what);
    mkdirSync(home);
    const certificate = make(home);
    const door = await startShowingDoor(certificate);
    t.after(() => door.stop());
    const way = place.wayTo('mine', { port: door.port, hasTls: true });
    // Its authority is known, so that only its time is against it.
    const authority = what === 'expired' ? { 'ca-certificate-file': certificate.certificatePath } : {};
    const trust = { ...authority, 'accept-specified-ssl-hash': '' };
    await check(t, `${kind.kind}, ${what}`, withOptions(way, trust), {
      code: 'destination-refused',
      message,
    });
  }
}

/** Makes the folder of the destination, and a small file to store there. */
async function makeFolderAt(t: TestContext, way: Way) {
  const home = await temporaryFolder(t);
  const run = (...argv: readonly string[]) => runAshlarBeside(home, [...argv, ...argumentsOf(way, ONCE)]);
  const created = await run('backend', 'create', way.url);
  assert.equal(created.code, 0, created.err);
  const file = join(home, 'file');
  writeFileSync(file, 'x');
  return { home, file, run };
}

async function checkRefusals(t: TestContext, kind: PlaceKind): Promise<void> {
  const place = await kind.start();
  t.after(() => place.stop());
  const upload = UPLOADS[kind.kind] ?? /^PUT /;
  let refusal: Refusal | undefined;
  const proxy = await startFaultyProxy(place.port, ({ method, path }) =>
    refusal !== undefined && upload.test(`${method} ${path}`) ? { kind: 'answer', ...refusal } : undefined,
  );
  t.after(() => proxy.stop());
  const way = place.wayTo('mine', proxy);
  const { file, run } = await makeFolderAt(t, way);
  const own = FULL[kind.kind];
  for (const [answer, code] of [
    [own ?? { status: 507 }, 'destination-full'],
    [{ status: 403 }, 'destination-refused'],
    [{ status: 400 }, 'destination-refused'],
  ] as const) {
    refusal = answer;
    const put = await run('backend', 'put', way.url, file);
    checkRun(`${kind.kind}, ${answer.status}`, put, { code, message: /Cannot store '?file|Cannot store/ });
  }
}

interface Refusal {
  readonly status: number;
  readonly body?: string;
}

/** The requests by which files get there, where they are not plain PUTs. */
const UPLOADS: Readonly<Record<string, RegExp>> = {
  B2: /^POST \/upload\//,
  'Google Cloud Storage': /^(?:POST|PUT) .*(?:upload|session)/,
  'Google Drive': /^(?:POST|PUT|PATCH) .*(?:upload|session)/,
  Dropbox: /^POST .*\/files\/upload/,
  Box: /^POST .*\/files\/content/,
  Jottacloud: /^(?:POST|PUT) .*umode/,
  Filejump: /^POST .*\/uploads/,
  Drime: /^POST .*\/uploads/,
  Mega: /^POST \/up\//,
  Filen: /^POST .*\/upload/,
  Movistar: /^POST .*upload/,
};

/** What providers say of an account that is full, as they publish it. */
const FULL: Readonly<Record<string, Refusal>> = {
  S3: {
    status: 403,
    body: '<Error><Code>QuotaExceeded</Code><Message>The quota set for the bucket is exceeded.</Message></Error>',
  },
  B2: {
    status: 403,
    body: '{"status":403,"code":"storage_cap_exceeded","message":"Cannot upload files, storage cap exceeded."}',
  },
  'Google Drive': {
    status: 403,
    body: '{"error":{"code":403,"message":"The storage quota has been exceeded.","errors":[{"reason":"storageQuotaExceeded"}]}}',
  },
  Dropbox: {
    status: 409,
    body: '{"error_summary":"path/insufficient_space/..","error":{".tag":"path","reason":{".tag":"insufficient_space"}}}',
  },
  Box: {
    status: 403,
    body: '{"type":"error","status":403,"code":"storage_limit_exceeded","message":"Account storage limit reached"}',
  },
  OneDrive: {
    status: 507,
    body: '{"error":{"code":"quotaLimitReached","message":"Insufficient Space Available"}}',
  },
  pCloud: { status: 200, body: '{"result":2008,"error":"User is over quota."}' },
};

const HOUR_MS = 3_600_000;

/** Refusals of logins that come with the time of the server. */
async function checkClock(t: TestContext, kind: PlaceKind): Promise<void> {
  const place = await kind.start();
  t.after(() => place.stop());
  const date = new Date(Date.now() + HOUR_MS).toUTCString();
  // The services that know authids do not look at clocks.
  const proxy = await startFaultyProxy(place.port, ({ path }) =>
    path.startsWith('/login/') ? undefined : { kind: 'answer', status: 403, headers: { date } },
  );
  t.after(() => proxy.stop());
  await check(t, `${kind.kind}, wrong clock`, place.wayTo('mine', proxy), {
    code: 'destination-refused',
    message:
      kind.kind === 'rclone' ? /403/ : /Set the clock of this machine: it is (?:59|60|61) minutes behind/,
  });
}

/** What servers say that have no words of their own for it. */
const READ_ONLY: Readonly<Record<string, RegExp>> = {
  FTPS: /Could not create file/,
  WebDAV: /\b(?:403|500)\b/,
  rclone: /\b(?:403|500)\b/,
};

const DISK_BYTES = 24 * 1024 * 1024;
const LEFT_BYTES = 400_000;

async function checkDisk(t: TestContext, kind: PlaceKind): Promise<void> {
  const disk = mountSmallDisk(t, DISK_BYTES);
  if (disk === undefined) {
    t.skip('this user may not mount a disk');
    return;
  }
  const place = await startOn(disk, kind);
  t.after(() => place.stop());
  const way = place.wayTo('mine');
  const { home, file, run } = await makeFolderAt(t, way);
  const name = `${'long'.repeat(300)}.zip`;
  checkRun(`${kind.kind}, long name`, await run('backend', 'put', way.url, file, name), {
    code: 'destination-refused',
    message: /name|long|403/i,
  });
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - LEFT_BYTES)));
  const large = join(home, 'large');
  writeFileSync(large, Buffer.alloc(3_000_000));
  checkRun(`${kind.kind}, full disk`, await run('backend', 'put', way.url, large), {
    code: 'destination-full',
    message: /space|507|full/i,
  });
  if (!remountReadOnly(disk)) forbidWriting(disk);
  const refused = await run('backend', 'put', way.url, file);
  assert.match(refused.err, READ_ONLY[kind.kind] ?? /read-only|not permit/);
  assert.equal(refused.code, 100);
}

/** For servers that keep files of their own open for writing: nobody but root may change the folders of backups. */
function forbidWriting(disk: string): void {
  for (const path of readdirSync(disk, { recursive: true, encoding: 'utf8' })) {
    if (!/mine$/.test(path)) continue;
    chownSync(join(disk, path), 0, 0);
    chmodSync(join(disk, path), 0o555);
  }
}

/** Starts a server with all its files on a disk of its own. */
async function startOn(disk: string, kind: PlaceKind): Promise<Place> {
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = disk;
  try {
    return await kind.start();
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
}

function withOptions(way: Way, options: Readonly<Record<string, string>>): Way {
  return { ...way, options: { ...way.options, ...options } };
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function check(t: TestContext, what: string, way: Way, expected: Expected): Promise<void> {
  for (const run of await runBoth(t, way)) checkRun(what, run, expected);
}

async function runBoth(t: TestContext, way: Way): Promise<Ended[]> {
  const home = await temporaryFolder(t);
  const source = join(home, 'source');
  mkdirSync(source);
  const options = argumentsOf(way, ONCE);
  const run = (argv: readonly string[]): Promise<Ended> =>
    runAshlarBeside(home, [...argv, ...options], { PASSPHRASE: 'x' });
  return [await run(['backend', 'test', way.url]), await run(['backup', way.url, source])];
}

function checkRun(what: string, run: Ended, expected: Expected): void {
  const said = `${what}: ${run.err.trim().replaceAll(/\s*\n\s*/g, ' | ')}`;
  assert.equal(run.code, 100, said);
  assert.equal(run.err.match(/ErrorID: (\S+)/)?.[1], expected.code, said);
  assert.match(run.err, expected.message, said);
  assert.ok(run.err.trim().split('\n').length <= 3, `more than a message and a hint: ${said}`);
  assert.doesNotMatch(run.out + run.err, SECRETS, said);
}
