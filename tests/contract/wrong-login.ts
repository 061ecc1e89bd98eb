import assert from 'node:assert/strict';
import { BackupError } from '../../src/base/index.ts';
import type { Destination } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';

/** What tests give instead of a password or key. */
export const WRONG_SECRET = 'wrong-secret';

/**
 * Checks that a destination opened with `WRONG_SECRET` is refused, with a hint where one is given, and that
 * the secret stands nowhere.
 */
export async function assertRefusesLogin(destination: Destination, hint = /^/): Promise<void> {
  await assert.rejects(collect(destination.list()), (error) => {
    assert.ok(error instanceof BackupError);
    assert.equal(error.code, 'destination-refused');
    assert.match(error.hint ?? '', hint);
    assert.ok(!`${error.message} ${error.hint}`.includes(WRONG_SECRET));
    return true;
  });
}
