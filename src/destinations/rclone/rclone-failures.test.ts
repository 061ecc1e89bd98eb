import assert from 'node:assert/strict';
import test from 'node:test';
import { isNotThere, rcloneEnded, rcloneFailure } from './rclone-failures.ts';

for (const [words, code, hint] of [
  ["didn't find section in config file", 'destination-refused', /rclone listremotes/],
  ['didn\'t find backend called "drive"', 'destination-refused', /built without/],
  [
    "couldn't connect SSH: ssh: handshake failed: ssh: unable to authenticate",
    'destination-refused',
    /does not take the login/,
  ],
  ['Login failed: 530 Login incorrect.', 'destination-refused', /does not take the login/],
  ['AccessDenied: Access Denied status code: 403', 'destination-refused', /does not take the login/],
  ['The attempted logon is invalid', 'destination-refused', /does not take the login/],
  ['oauth2: cannot fetch token: invalid_grant', 'destination-refused', /does not take the login/],
  ['open /x/y: permission denied', 'destination-refused', /may do there/],
  ['is a file not a directory', 'destination-refused', /Check the folder/],
  ['write /x/y: no space left on device', 'destination-full', /Free some space/],
  ['preallocate: file too big for remaining disk space', 'destination-full', /Free some space/],
  ['googleapi: Error 403: storageQuotaExceeded', 'destination-full', /Free some space/],
  ['googleapi: Error 403: userRateLimitExceeded', 'destination-throttled', /^$/],
  ['429 Too Many Requests', 'destination-throttled', /^$/],
  ['dial tcp 127.0.0.1:1: connect: connection refused', 'destination-unreachable', /^$/],
] as const) {
  test(`rcloneFailure() takes "${words}" for ${code}`, () => {
    const error = rcloneFailure("store 'x'", 'far:folder', { status: 500, words });
    assert.equal(error.code, code);
    assert.equal(
      error.message,
      `Cannot store 'x' in 'far:folder': rclone says '${words.replace(/\.$/, '')}'.`,
    );
    assert.match(error.hint ?? '', hint);
  });
}

test('rcloneFailure() goes by what stands behind a path that is too long to be shown', () => {
  const error = rcloneFailure("store 'x'", 'far:', {
    status: 500,
    words: `open /${'x'.repeat(400)}: name too long`,
  });
  assert.equal(error.code, 'destination-refused');
  assert.match(error.message, /xxx\.\.\.'\.$/);
});

test('rcloneEnded() tells a configuration that cannot be read from an end without a reason', () => {
  const unreadable = rcloneEnded('Failed to load config file "/x": unable to decrypt', undefined);
  assert.equal(unreadable.retryable, false);
  assert.match(unreadable.hint ?? '', /RCLONE_CONFIG_PASS/);
  assert.equal(rcloneEnded('it ended without a word', undefined).retryable, true);
});

test('isNotThere() goes by the status or by what rclone itself says', () => {
  assert.ok(isNotThere({ status: 404, words: '' }));
  assert.ok(isNotThere({ status: 500, words: 'error in ListJSON: directory not found' }));
  assert.ok(!isNotThere({ status: 500, words: 'the object is locked' }));
});
