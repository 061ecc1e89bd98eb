import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { MessageReader } from './message-reader.ts';

const LONGER_THAN_ITS_MEMORY = 3 * 512 * 1024;

const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 700 }));

test('MessageReader gives every message, wherever the line cuts them', () => {
  fc.assert(
    fc.property(messages, cuts, fc.boolean(), (sent, lengths, isCopied) => {
      const line = Buffer.concat(sent.map(framed));
      const reader = new MessageReader();
      const received: Buffer[] = [];
      for (let at = 0; at < line.length; ) {
        const piece = line.subarray(at, at + (lengths.next().value ?? 1));
        at += piece.length;
        if (!isCopied) piece.copy(reader.room);
        for (const message of isCopied ? reader.copy(piece) : reader.take(piece.length))
          received.push(Buffer.from(message));
      }
      assert.deepEqual(
        received,
        sent.map((bytes) => Buffer.from(bytes)),
      );
    }),
  );
});

test('MessageReader makes room for a message that is longer than its memory', () => {
  const sent = [Buffer.alloc(5, 1), Buffer.alloc(LONGER_THAN_ITS_MEMORY, 2), Buffer.alloc(7, 3)];
  const reader = new MessageReader();
  const received = [...reader.copy(Buffer.concat(sent.map(framed)))].map(({ length }) => length);
  assert.deepEqual(
    received,
    sent.map(({ length }) => length),
  );
});

function framed(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
