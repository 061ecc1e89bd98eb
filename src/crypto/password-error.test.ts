import assert from 'node:assert/strict';
import test from 'node:test';
import { checkPassphrase, PasswordError } from './password-error.ts';

test('checkPassphrase() refuses passphrases of white space only', () => {
  for (const blank of ['', ' ', '\t\r\n', '\u0085\u00a0\u2003\u3000']) {
    assert.throws(
      () => checkPassphrase(blank),
      (error) => error instanceof PasswordError && error.code === 'empty-passphrase',
    );
  }
});

test('checkPassphrase() takes a passphrase that only begins or ends in white space', () => {
  checkPassphrase(' a ');
  checkPassphrase('\ufeff');
});
