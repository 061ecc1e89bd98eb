import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { RateLimit, type TransferLimits } from '../destinations/index.ts';
import { ThrottleFile } from './throttle-file.ts';

interface Following {
  readonly path: string;
  /** Looks at the file; gives the limits of upload and download then. */
  look(): [upload: number, download: number];
  readonly warnings: string[];
}

function follow(t: TestContext, upload: number, download: number): Following {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-throttle-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'limits');
  const limits: TransferLimits = { upload: new RateLimit(upload), download: new RateLimit(download) };
  const warnings: string[] = [];
  const write = (level: string, _id: string, text: string) =>
    void (level === 'warning' && warnings.push(text));
  const file = new ThrottleFile(path, limits, { write });
  const look = (): [number, number] => {
    file.look();
    return [limits.upload.bytesPerSecond, limits.download.bytesPerSecond];
  };
  return { path, look, warnings };
}

test('ThrottleFile obeys each new content, and the options where there is no file', (t) => {
  const { path, look, warnings } = follow(t, 1000, 2000);
  assert.deepEqual(look(), [1000, 2000]);
  for (const [text, limits] of [
    ['--throttle-upload=3kb', [3072, 2000]],
    ['# slow\n--throttle-download=1b\n--throttle-upload=2b\n', [2, 1]],
    ['--throttle-disabled', [0, 0]],
    ['', [1000, 2000]],
  ] as const) {
    writeFileSync(path, text);
    assert.deepEqual(look(), limits, text);
  }
  writeFileSync(path, '--throttle-upload=1mb');
  look();
  rmSync(path);
  assert.deepEqual(look(), [1000, 2000]);
  assert.deepEqual(warnings, []);
});

test('ThrottleFile warns once of what it cannot use, and leaves the limits as they are', (t) => {
  const { path, look, warnings } = follow(t, 0, 0);
  writeFileSync(path, '--throttle-upload=5kb');
  look();
  for (const text of ['--throttle-upload=fast', '--passphrase=x', 'nothing at all']) {
    writeFileSync(path, text);
    assert.deepEqual(
      [look(), look()],
      [
        [5120, 0],
        [5120, 0],
      ],
      text,
    );
  }
  assert.equal(warnings.length, 3);
  assert.ok(warnings.every((text) => text.includes(path)));
});
