import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { DestinationError } from '../../destination-error.ts';
import { bytesSource } from './read-chunks.ts';
import { type Progress, type UploadSession, uploadInSession } from './upload-in-session.ts';

/**
 * What happens to a request: it arrives, is lost, is lost after half of it arrived, or arrives but its answer
 * is lost.
 */
type Fate = 'arrives' | 'lost' | 'half' | 'answer lost';

class LossySession implements UploadSession<string> {
  readonly #fates: Fate[];
  readonly #sizeBytes: number;
  arrived = '';

  constructor(fates: readonly Fate[], sizeBytes: number) {
    this.#fates = [...fates];
    this.#sizeBytes = sizeBytes;
  }

  async send(bytes: Uint8Array, offset: number): Promise<Progress<string>> {
    const fate = this.#fates.shift() ?? 'arrives';
    if (offset !== this.arrived.length) return this.#progress();
    if (fate === 'lost') throw unreachable();
    const text = Buffer.from(bytes).toString();
    this.arrived += fate === 'half' ? text.slice(0, text.length / 2) : text;
    if (fate !== 'arrives') throw unreachable();
    return this.#progress();
  }

  async ask(): Promise<Progress<string>> {
    if (this.#fates.shift() === 'lost') throw unreachable();
    return this.#progress();
  }

  #progress(): Progress<string> {
    return this.arrived.length === this.#sizeBytes
      ? { stored: this.arrived }
      : { arrivedBytes: this.arrived.length };
  }
}

function unreachable(): DestinationError {
  return new DestinationError('destination-unreachable', 'lost');
}

const TEXT = 'abcdefghijklmnopqrstuvwxyz';

test('uploadInSession() stores every byte once, whatever is lost on the way', async () => {
  const fate = fc.constantFrom<Fate>('arrives', 'lost', 'half', 'answer lost');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate, { maxLength: 12 }),
      fc.integer({ min: 1, max: 30 }),
      async (fates, size) => {
        const session = new LossySession(fates, TEXT.length);
        const settings = { chunkBytes: size, retries: 20, delayMs: 0 };
        assert.equal(await uploadInSession(session, bytesSource(Buffer.from(TEXT)), settings), TEXT);
      },
    ),
  );
});

test('uploadInSession() gives up after so many failures in a row, and never repeats a refusal', async () => {
  const settings = { chunkBytes: 10, retries: 2, delayMs: 0 };
  const source = bytesSource(Buffer.from(TEXT));
  const dead = new LossySession(
    Array.from({ length: 9 }, () => 'lost'),
    TEXT.length,
  );
  await assert.rejects(uploadInSession(dead, source, settings), { code: 'destination-unreachable' });
  let asked = 0;
  const refusing: UploadSession<string> = {
    send: async () => {
      throw new DestinationError('destination-refused', 'no');
    },
    ask: async () => {
      asked += 1;
      return { arrivedBytes: 0 };
    },
  };
  await assert.rejects(uploadInSession(refusing, source, settings), { code: 'destination-refused' });
  assert.equal(asked, 0);
});

test('uploadInSession() fails when the storage forgot what it had', async () => {
  const session: UploadSession<string> = {
    send: async (_bytes, offset) => {
      if (offset > 0) throw unreachable();
      return { arrivedBytes: 10 };
    },
    ask: async () => ({ arrivedBytes: 3 }),
  };
  const settings = { chunkBytes: 10, retries: 5, delayMs: 0 };
  await assert.rejects(uploadInSession(session, bytesSource(Buffer.from(TEXT)), settings), {
    code: 'destination-unreachable',
    message: /lost a part/,
  });
});
