import { asBuffer } from '../../base/index.ts';
import type { SftpSession } from './session.ts';

/** Every server takes messages of this length (draft-ietf-secsh-filexfer-02, section 3). */
const CHUNK_BYTES = 32 * 1024;

interface Chunk {
  readonly buffer: Buffer;
  readonly length: number;
  readonly offset: number;
}

interface OpenFile {
  readonly session: SftpSession;
  readonly handle: Buffer;
  readonly limitMs: number;
}

/**
 * Writes all pieces from the start of an open file. Many requests are under way at once, so that the speed
 * does not hang on the distance.
 */
export async function writePieces(file: OpenFile, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const writer = new PipelinedWriter(file);
  for await (const piece of pieces) {
    for (let at = 0; at < piece.byteLength; at += CHUNK_BYTES) {
      if (!writer.hasRoom) await writer.room();
      writer.write(piece.subarray(at, at + CHUNK_BYTES));
    }
  }
  await writer.finish();
}

/**
 * Bytes not yet confirmed are kept. Some servers refuse what does not come in order; since they handle
 * requests side by side, any but the first may fail. Then what failed is sent again, one request at a time,
 * and so is everything after it.
 */
class PipelinedWriter {
  readonly #file: OpenFile;
  readonly #free: Buffer[] = [];
  #underWay = 0;
  #offset = 0;
  #failed: Chunk[] = [];
  #wake: (() => void) | undefined;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  get hasRoom(): boolean {
    return this.#failed.length === 0 && this.#underWay < this.#file.session.manners.writeWindow;
  }

  async room(): Promise<void> {
    while (!this.hasRoom) {
      if (this.#failed.length > 0) await this.#writeInOrder();
      else await this.#change();
    }
  }

  /** Takes a copy of `bytes`. */
  write(bytes: Uint8Array): void {
    const buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    asBuffer(bytes).copy(buffer);
    this.#send({ buffer, length: bytes.byteLength, offset: this.#offset });
    this.#offset += bytes.byteLength;
  }

  async finish(): Promise<void> {
    while (this.#underWay > 0) await this.#change();
    if (this.#failed.length > 0) await this.#writeInOrder();
  }

  #send(chunk: Chunk): void {
    const { session, handle, limitMs } = this.#file;
    this.#underWay += 1;
    session.request(
      limitMs,
      (sftp, answer) =>
        sftp.write(handle, chunk.buffer, 0, chunk.length, chunk.offset, (e) => answer(e, null)),
      (error) => {
        this.#underWay -= 1;
        if (error) this.#failed.push(chunk);
        else this.#free.push(chunk.buffer);
        this.#wake?.();
      },
    );
  }

  async #writeInOrder(): Promise<void> {
    while (this.#underWay > 0) await this.#change();
    const { session, handle, limitMs } = this.#file;
    session.manners.writeWindow = 1;
    const chunks = this.#failed.sort((left, right) => left.offset - right.offset);
    this.#failed = [];
    for (const { buffer, length, offset } of chunks) {
      await session.ask(limitMs, (sftp, answer) =>
        sftp.write(handle, buffer, 0, length, offset, (e) => answer(e, null)),
      );
      this.#free.push(buffer);
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
