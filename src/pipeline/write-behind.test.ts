import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { nativeCalls } from '../base/native/index.ts';
import { WriteBehind } from './write-behind.ts';

const MIB = 1024 * 1024;

for (const [speed, bytesPerMs, isKept] of [
  ['keeps up', 1e6, true],
  ['is slow', 1e5, false],
] as const)
  test(`WriteBehind lets go of what is written ${isKept ? 'while' : 'no more once'} the disk ${speed}`, (t) => {
    if (nativeCalls() === undefined) {
      t.skip('the C library of this system could not be opened, so nothing can be let go of');
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'ashlar-behind-'));
    const file = openSync(join(folder, 'file'), 'w');
    t.after(() => {
      closeSync(file);
      rmSync(folder, { recursive: true });
    });
    writeSync(file, Buffer.alloc(4096));
    let nowMs = 0;
    // Each call is asked for the time before it and after it.
    const behind = new WriteBehind(() => (nowMs += (8 * MIB) / bytesPerMs / 2));
    const answers = Array.from({ length: 100 }, () => behind.letGo(file, 4096, 8 * MIB));
    assert.equal(answers[0], true);
    assert.equal(answers.at(-1), isKept);
  });
