import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { protectArguments } from './par2-arguments.ts';

test('protectArguments() gives pieces that par2 takes, and recovery pieces for the asked share of them', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2 ** 36 }),
      fc.integer({ min: 1, max: 100 }),
      (sizeBytes, percent) => {
        const given = protectArguments({ redundancyPercent: percent }, sizeBytes);
        const number = (letter: string) => Number(given.find((text) => text.startsWith(letter))?.slice(2));
        const pieces = Math.ceil(sizeBytes / number('-s'));
        assert.equal(number('-s') % 4, 0);
        assert.ok(pieces <= 500);
        assert.ok(number('-c') >= 2 && number('-c') >= (pieces * percent) / 100);
      },
    ),
  );
});

test('protectArguments() lets further arguments overrule its own', () => {
  const given = protectArguments({ redundancyPercent: 5, extraOptions: '-b100 -r10 -t1' }, 1_000_000);
  assert.deepEqual(given, ['create', '-q', '-q', '-n1', '-b100', '-r10', '-t1', '--', 'volume.par2', 'data']);
});
