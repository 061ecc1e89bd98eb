import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { FormatError } from '../base/index.ts';
import { parseFilesetMarker, writeFilesetMarker } from './fileset-marker.ts';

test('writeFilesetMarker() writes one key after a byte order mark, and parseFilesetMarker() reads it', () => {
  assert.equal(writeFilesetMarker(true).toString(), '\ufeff{"IsFullBackup":true}');
  assert.equal(parseFilesetMarker(writeFilesetMarker(true), 'x'), true);
  assert.equal(parseFilesetMarker(writeFilesetMarker(false), 'x'), false);
});

test('parseFilesetMarker() takes an absent entry or key for a full version', () => {
  assert.equal(parseFilesetMarker(undefined, 'x'), true);
  assert.equal(parseFilesetMarker(Buffer.from('{}'), 'x'), true);
});

test('parseFilesetMarker() throws a FormatError for anything else', () => {
  for (const text of ['', '[]', '{"IsFullBackup":"no"}']) {
    assert.throws(() => parseFilesetMarker(Buffer.from(text), 'x'), FormatError);
  }
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => assert.throws(() => parseFilesetMarker(bytes, 'x'), FormatError)),
  );
});
