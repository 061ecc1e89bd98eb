import assert from 'node:assert/strict';
import test from 'node:test';
import { createArguments, mountOptions, parseVolumes } from './lvm.ts';

test('parseVolumes() reads what lvs prints, thin volumes and others', () => {
  assert.deepEqual(parseVolumes('  vg0|root|\n  vg0|data|pool0\n\n'), [
    { group: 'vg0', name: 'root', isThin: false },
    { group: 'vg0', name: 'data', isThin: true },
  ]);
});

test('createArguments() sets room aside for a plain volume, and none for a thin one', () => {
  const plain = createArguments({ group: 'vg', name: 'a', isThin: false }, 's');
  assert.deepEqual(plain, ['--quiet', '--snapshot', '--name', 's', '--extents', '10%ORIGIN', 'vg/a']);
  const thin = createArguments({ group: 'vg', name: 'a', isThin: true }, 's');
  assert.ok(!thin.includes('--extents') && thin.includes('--setactivationskip'));
});

test('mountOptions() are read-only, and let XFS see its double', () => {
  assert.deepEqual([mountOptions('ext4'), mountOptions('xfs')], ['ro', 'ro,nouuid']);
});
