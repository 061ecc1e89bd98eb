import assert from 'node:assert/strict';
import test from 'node:test';
import { checkSystem } from './check-system.ts';

test('checkSystem() refuses paths of Windows, and nothing else', () => {
  for (const path of ['C:\\x\\', '\\\\server\\share\\']) {
    assert.throws(() => checkSystem(path), { code: 'made-on-other-system', details: { path } });
  }
  for (const path of ['/', '/C:\\x', undefined]) checkSystem(path);
});
