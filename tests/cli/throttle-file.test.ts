/** Limits of transfers, changed while the real program runs. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { runAshlarBeside } from '../support/run-ashlar.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('ashlar backup --throttle-file obeys the file from the moment that it is there', async (t) => {
  const home = await temporaryFolder(t);
  const [source, destination, limits] = ['source', 'destination', 'limits'].map((name) => join(home, name));
  assert.ok(source !== undefined && destination !== undefined && limits !== undefined);
  for (const folder of [source, destination]) mkdirSync(folder);
  writeFileSync(join(source, 'file'), seededBytes(2_000_000, 1));
  // At this speed the upload would take longer than any test may.
  const options = ['--no-encryption', '--throttle-upload=1kb', `--throttle-file=${limits}`];
  const running = runAshlarBeside(home, ['backup', destination, source, ...options]);
  for await (const _ of watch(destination)) {
    writeFileSync(limits, '--throttle-disabled\n');
    break;
  }
  const { code, out, err } = await running;
  assert.equal(code, 0, err);
  assert.match(out, /Limits from now on: upload none, download none/);
});
