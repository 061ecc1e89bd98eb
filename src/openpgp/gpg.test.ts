import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { FormatError } from '../base/index.ts';
import { PasswordError } from '../crypto/index.ts';
import { createGpg } from './gpg.ts';
import type { GpgSettings } from './gpg-arguments.ts';

const hasGpg = spawnSync('gpg', ['--version']).status === 0;
const skip = hasGpg ? false : 'NO GPG: the program gpg is not installed, OpenPGP was not tested';

interface Desk {
  readonly folder: string;
  /**
   * Settings that keep gpg away from the home of whoever runs the tests, and make it quick: no agent, few
   * rounds of key derivation.
   */
  readonly settings: GpgSettings;
  path(name: string): string;
  write(name: string, bytes: Uint8Array): string;
}

function openDesk(t: TestContext): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-gpg-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const home = mkdtempSync(join(folder, 'home-'));
  const switches = `--homedir "${home}" --no-autostart --s2k-count 2048`;
  const path = (name: string): string => join(folder, name);
  return {
    folder,
    settings: { passphrase: 'one two', encryptionSwitches: switches, decryptionSwitches: switches },
    path,
    write(name, bytes) {
      writeFileSync(path(name), bytes);
      return path(name);
    },
  };
}

async function encrypted(desk: Desk, content: Uint8Array, settings = desk.settings): Promise<string> {
  await createGpg(settings).encryptFile(desk.write('plain', content), desk.path('encrypted'), {});
  return desk.path('encrypted');
}

for (const sizeBytes of [0, 1, 1000, 1_000_000]) {
  test(`decryptFile() gives back ${sizeBytes} bytes that encryptFile() encrypted`, { skip }, async (t) => {
    const desk = openDesk(t);
    const content = randomBytes(sizeBytes);
    const source = await encrypted(desk, content);
    await createGpg(desk.settings).decryptFile(source, desk.path('again'), {});
    assert.deepEqual(readFileSync(desk.path('again')), content);
    for (const name of ['encrypted', 'again'] as const) {
      assert.equal(statSync(desk.path(name)).mode & 0o777, 0o600);
    }
  });
}

test('encryptFile() writes text with armor, which decryptFile() reads with and without it', {
  skip,
}, async (t) => {
  const desk = openDesk(t);
  const settings = { ...desk.settings, passphrase: 'schlüssel \u{1f511}', armor: true };
  const source = await encrypted(desk, Buffer.from('content'), settings);
  assert.match(readFileSync(source, 'utf8'), /^-----BEGIN PGP MESSAGE-----/);
  for (const armor of [true, false]) {
    const target = desk.path(`again-${armor}`);
    await createGpg({ ...settings, armor }).decryptFile(source, target, {});
    assert.equal(readFileSync(target, 'utf8'), 'content');
  }
});

test('decryptFile() names a wrong passphrase and leaves no target behind', { skip }, async (t) => {
  const desk = openDesk(t);
  const source = await encrypted(desk, Buffer.from('content'));
  const gpg = createGpg({ ...desk.settings, passphrase: 'three four' });
  await assert.rejects(gpg.decryptFile(source, desk.path('again'), {}), (error) => {
    assert.ok(error instanceof PasswordError);
    assert.equal(error.code, 'wrong-passphrase');
    assert.doesNotMatch(JSON.stringify(error), /three four/);
    return true;
  });
  assert.ok(!readdirSync(desk.folder).includes('again'));
});

test('decryptFile() refuses damaged, cut, foreign and unencrypted files as corrupt', { skip }, async (t) => {
  const desk = openDesk(t);
  const whole = readFileSync(await encrypted(desk, randomBytes(50_000)));
  const damaged = Buffer.from(whole);
  damaged.writeUInt8(damaged.readUInt8(25_000) ^ 1, 25_000);
  const packed = createGpg({ ...desk.settings, encryptionCommand: '--store' });
  await packed.encryptFile(desk.path('plain'), desk.path('packed'), {});
  const cases = {
    damaged,
    cut: whole.subarray(0, 40_000),
    foreign: Buffer.from('no message at all'),
    unencrypted: readFileSync(desk.path('packed')),
  };
  for (const [name, bytes] of Object.entries(cases)) {
    const source = desk.write(`${name}.gpg`, bytes);
    await assert.rejects(
      createGpg(desk.settings).decryptFile(source, desk.path(name), {}),
      (error) => error instanceof FormatError && error.code === 'volume-corrupt',
      name,
    );
    assert.ok(!readdirSync(desk.folder).includes(name), name);
  }
});

test('encryptFile() works with an unusable home by way of a temporary one that goes away', {
  skip,
}, async (t) => {
  const desk = openDesk(t);
  const home = desk.path('missing/home');
  // Stands for a service's environment: gpg sees a home that is not there unless an argument names another.
  const program = desk.write(
    'gpg-without-home',
    Buffer.from(`#!/bin/sh\nGNUPGHOME='${home}' exec gpg "$@"\n`),
  );
  spawnSync('chmod', ['700', program]);
  const gpg = createGpg({ passphrase: 'one two', programPath: program });
  await gpg.encryptFile(desk.write('plain', Buffer.from('content')), desk.path('encrypted'), {});
  await gpg.decryptFile(desk.path('encrypted'), desk.path('again'), {});
  assert.equal(readFileSync(desk.path('again'), 'utf8'), 'content');
  const left = readdirSync(desk.folder).filter((name) => name.includes('gpg-home'));
  assert.deepEqual(left, []);
});

test('encryptFile() reports gpg-failed with the last words of gpg', { skip }, async (t) => {
  const desk = openDesk(t);
  const gpg = createGpg({ ...desk.settings, encryptionSwitches: '--no-such-switch' });
  await assert.rejects(gpg.encryptFile(desk.write('plain', Buffer.from('x')), desk.path('encrypted'), {}), {
    code: 'gpg-failed',
    message: /no-such-switch/,
  });
  assert.ok(!readdirSync(desk.folder).includes('encrypted'));
});

test('encryptFile() reports gpg-missing where there is no such program', async (t) => {
  const desk = openDesk(t);
  const gpg = createGpg({ passphrase: 'x', programPath: desk.path('no-gpg-here') });
  const source = desk.write('plain', randomBytes(500_000));
  await assert.rejects(gpg.encryptFile(source, desk.path('encrypted'), {}), {
    code: 'gpg-missing',
    message: /no-gpg-here/,
  });
  assert.deepEqual(readdirSync(desk.folder).includes('encrypted'), false);
});

test('encryptFile() does not trust a program that ends well before it has read everything', async (t) => {
  const desk = openDesk(t);
  const gpg = createGpg({ passphrase: 'x', programPath: 'true' });
  const source = desk.write('plain', randomBytes(1_000_000));
  await assert.rejects(gpg.encryptFile(source, desk.path('encrypted'), {}), { code: 'gpg-failed' });
});

test('encryptFile() never touches a target that is already there', async (t) => {
  const desk = openDesk(t);
  const target = desk.write('encrypted', Buffer.from('precious'));
  const gpg = createGpg(desk.settings);
  await assert.rejects(gpg.encryptFile(desk.write('plain', Buffer.from('x')), target, {}), {
    code: 'EEXIST',
  });
  await assert.rejects(gpg.encryptFile(desk.path('no-source'), target, {}), { code: 'ENOENT' });
  assert.equal(readFileSync(target, 'utf8'), 'precious');
});

test('encryptFile() ends the program and throws the reason when it is aborted', async (t) => {
  const desk = openDesk(t);
  const program = desk.write('gpg-that-hangs', Buffer.from('#!/bin/sh\necho started >&2\nexec sleep 600\n'));
  spawnSync('chmod', ['700', program]);
  const reason = new Error('enough');
  const abort = new AbortController();
  const source = desk.write('plain', Buffer.from('x'));
  const run = createGpg({ passphrase: 'x', programPath: program }).encryptFile(
    source,
    desk.path('encrypted'),
    {
      signal: abort.signal,
    },
  );
  setImmediate(() => abort.abort(reason));
  await assert.rejects(run, (error) => error === reason);
  assert.ok(!readdirSync(desk.folder).includes('encrypted'));
});

test('createGpg() refuses passphrases that gpg would not read whole, encryptFile() blank ones', async (t) => {
  for (const passphrase of ['two\nlines', 'a\0b']) {
    assert.throws(() => createGpg({ passphrase }), { code: 'unusable-passphrase' });
  }
  const desk = openDesk(t);
  const source = desk.write('plain', Buffer.from('x'));
  await assert.rejects(createGpg({ passphrase: ' ' }).encryptFile(source, desk.path('encrypted'), {}), {
    code: 'empty-passphrase',
  });
});
