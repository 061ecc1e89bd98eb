import assert from 'node:assert/strict';
import test from 'node:test';
import { isWindowsName } from './names.ts';

test('isWindowsName() refuses devices and ends that are cut off', () => {
  for (const name of ['CON', 'nul', 'Com1.zip', 'lpt9.a.b', 'a.', 'a '])
    assert.equal(isWindowsName(name), false, name);
  for (const name of ['console', 'nul-1.zip', 'com10', '.a', ' a', 'a.zip.aes'])
    assert.ok(isWindowsName(name), name);
});
