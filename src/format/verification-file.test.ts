import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { FormatError } from '../base/index.ts';
import {
  parseVerificationFile,
  VERIFICATION_STATES,
  type VerificationEntry,
  writeVerificationFile,
} from './verification-file.ts';

const entries: fc.Arbitrary<VerificationEntry> = fc.record(
  {
    id: fc.nat(),
    name: fc.string({ unit: 'binary' }),
    hash: fc.base64String(),
    sizeBytes: fc.maxSafeNat(),
    kind: fc.constantFrom('dblock', 'dindex', 'dlist'),
    state: fc.constantFrom(...VERIFICATION_STATES),
    lockedUntilMs: fc.integer({ min: 1, max: 4_000_000_000_000 }),
  },
  { requiredKeys: ['id', 'name', 'sizeBytes', 'kind', 'state'], noNullPrototype: true },
);

test('writeVerificationFile() writes the keys and numbers of Duplicati', () => {
  assert.equal(
    writeVerificationFile([{ id: 3, name: 'x', sizeBytes: 5, kind: 'dindex', state: 'verified' }]).toString(),
    '\ufeff[{"ID":3,"Name":"x","Hash":null,"Size":5,"Type":2,"State":3,"DeleteGracePeriod":"1970-01-01T00:00:00Z"' +
      ',"ArchiveTime":"1970-01-01T00:00:00Z","LockExpirationTime":"1970-01-01T00:00:00Z"}]',
  );
});

test('parseVerificationFile() gives back what writeVerificationFile() wrote', () => {
  fc.assert(
    fc.property(fc.array(entries), (list) =>
      assert.deepEqual(parseVerificationFile(writeVerificationFile(list), 'x'), list),
    ),
  );
});

test('parseVerificationFile() throws a FormatError for anything else', () => {
  for (const text of ['', '{}', '[1]', '[{"ID":1}]', '[{"ID":1,"Name":"x","Size":1,"Type":9,"State":0}]']) {
    assert.throws(() => parseVerificationFile(Buffer.from(text), 'x'), FormatError, text);
  }
});
