import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { formatRemoteTime, parseRemoteTime } from './remote-time.ts';

test('parseRemoteTime() gives back the second that formatRemoteTime() wrote, from year 1 to 9999', () => {
  const seconds = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
  fc.assert(
    fc.property(seconds, fc.integer({ min: 0, max: 999 }), (second, ms) => {
      assert.equal(parseRemoteTime(formatRemoteTime(second * 1000 + ms)), second * 1000);
    }),
  );
});

test('formatRemoteTime() cuts down to the second and holds to the years of Duplicati', () => {
  assert.equal(formatRemoteTime(Date.UTC(2024, 0, 2, 3, 4, 5, 999)), '20240102T030405Z');
  assert.equal(formatRemoteTime(-1), '19691231T235959Z');
  assert.equal(formatRemoteTime(-1e15), '00010101T000000Z');
  assert.equal(formatRemoteTime(1e15), '99991231T235959Z');
});

test('parseRemoteTime() takes a zone, an offset or neither', () => {
  const expected = Date.UTC(2024, 1, 29, 12, 0, 0);
  for (const text of [
    '20240229T120000Z',
    '20240229T120000',
    '20240229T133000+01:30',
    '20240229T110000-0100',
  ]) {
    assert.equal(parseRemoteTime(text), expected, text);
  }
});

test('parseRemoteTime() refuses what is no date', () => {
  const wrong = [
    '20241301T000000Z',
    '20240001T000000Z',
    '20230229T000000Z',
    '19000229T000000Z',
    '20240431T000000Z',
    '20240101T240000Z',
    '20240101T006000Z',
    '20240101T000060Z',
    '00000101T000000Z',
    '20240101 000000Z',
    '20240101T000000Zx',
    '2024010T000000Z',
    '',
  ];
  for (const text of wrong) assert.equal(parseRemoteTime(text), undefined, text);
});

test('parseRemoteTime() never throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const time = parseRemoteTime(text);
      assert.ok(time === undefined || Number.isSafeInteger(time));
    }),
  );
});
