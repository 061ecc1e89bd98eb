import assert from 'node:assert/strict';
import test from 'node:test';
import { WaysToFiles } from './ways-to-files.ts';

for (const [folder, above, name] of [
  ['far:bench', 'far:', 'bench/a'],
  ['far:one/two', 'far:one/', 'two/a'],
  ['far:/one/two', 'far:/one/', 'two/a'],
  ['far:/one', 'far:/', 'one/a'],
] as const) {
  test(`WaysToFiles.nextAbove() leads through '${above}' to files of '${folder}', every second time`, () => {
    const ways = new WaysToFiles(folder);
    assert.equal(ways.nextAbove('a'), undefined);
    assert.deepEqual(ways.nextAbove('a'), { folder: above, name });
    assert.equal(ways.nextAbove('a'), undefined);
    assert.deepEqual(ways.plain('a'), { folder, name: 'a' });
  });
}

for (const folder of ['far:', 'far:/', ':sftp,key_file=/a/b:path', ':local:/folder']) {
  test(`WaysToFiles.nextAbove() knows no way to files of '${folder}'`, () => {
    const ways = new WaysToFiles(folder);
    assert.deepEqual([ways.nextAbove('a'), ways.nextAbove('a')], [undefined, undefined]);
  });
}

test('WaysToFiles.nextAbove() knows no way any more after forgetAbove()', () => {
  const ways = new WaysToFiles('far:bench');
  ways.forgetAbove();
  assert.deepEqual([ways.nextAbove('a'), ways.nextAbove('a')], [undefined, undefined]);
});
