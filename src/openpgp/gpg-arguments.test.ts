import assert from 'node:assert/strict';
import test from 'node:test';
import { gpgArguments } from './gpg-arguments.ts';

const FIXED = ['--batch', '--passphrase-fd', '0', '--pinentry-mode', 'loopback', '--status-fd', '2'];

test('gpgArguments() asks for symmetric encryption and plain decryption unless told otherwise', () => {
  assert.deepEqual(gpgArguments({ passphrase: 'x' }, 'encrypt'), [
    ...[...FIXED, '--compress-algo', 'none', '--symmetric'],
  ]);
  assert.deepEqual(gpgArguments({ passphrase: 'x' }, 'decrypt'), [...FIXED, '--decrypt']);
});

test('gpgArguments() puts armor first, then the switches and the command of the direction', () => {
  const settings = {
    passphrase: 'x',
    armor: true,
    encryptionSwitches: '-z 0',
    encryptionCommand: '--encrypt --recipient "Ada L"',
    decryptionSwitches: '--quiet',
    decryptionCommand: '-d',
  };
  assert.deepEqual(gpgArguments(settings, 'encrypt'), [
    ...['--armor', ...FIXED, '--compress-algo', 'none', '-z', '0'],
    ...['--encrypt', '--recipient', 'Ada L'],
  ]);
  assert.deepEqual(gpgArguments(settings, 'decrypt'), ['--armor', ...FIXED, '--quiet', '-d']);
});

test('gpgArguments() lets the switches overrule the temporary home', () => {
  const settings = { passphrase: 'x', decryptionSwitches: '--homedir /mine' };
  const homes = gpgArguments(settings, 'decrypt', '/temporary').filter((text) => text.startsWith('/'));
  assert.deepEqual(homes, ['/temporary', '/mine']);
});

test('gpgArguments() never holds the passphrase', () => {
  const text = JSON.stringify(gpgArguments({ passphrase: 'secret', armor: true }, 'encrypt', '/home'));
  assert.ok(!text.includes('secret'));
});
