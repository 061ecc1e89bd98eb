import assert from 'node:assert/strict';
import test from 'node:test';
import { MemoryDestination } from '../../../tests/support/memory-destination.ts';
import { RunController, silentLog, systemClock } from '../../base/index.ts';
import { testBackend } from './run.ts';

const SETTINGS = {
  rounds: 1,
  filesPerRound: 2,
  minSizeBytes: 1000,
  maxSizeBytes: 100_000,
  minNameLength: 5,
  maxNameLength: 8,
  folder: 'create',
} as const;

/** Gives parts of files with one more byte than there is. */
class WrongParts extends MemoryDestination {
  override async getRange(...order: Parameters<MemoryDestination['getRange']>): Promise<Uint8Array> {
    return Buffer.concat([await super.getRange(...order), Buffer.alloc(1)]);
  }
}

test('testBackend() reads a part of each file, and tells of one that is wrong', async () => {
  const context = {
    log: silentLog,
    control: new RunController(),
    clock: systemClock,
    report: () => {},
  };
  assert.deepEqual((await testBackend(new MemoryDestination(), SETTINGS, context)).faults, []);
  const { faults } = await testBackend(new WrongParts(), SETTINGS, context);
  assert.equal(faults.length, 2);
  for (const fault of faults)
    assert.match(fault, /^A part of 'ashlar-test-.*' came back with other bytes\.$/);
});
