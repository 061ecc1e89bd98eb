import type { ByteRange } from '../abilities.ts';
import type { SftpSession } from './session.ts';

/** Every server answers requests of this length (draft-ietf-secsh-filexfer-02, section 3). */
const CHUNK_BYTES = 32 * 1024;
const PIECE_BYTES = 8 * CHUNK_BYTES;
/** Pieces asked for before they are needed, so that the speed does not hang on the distance. */
const PIECES_AHEAD = 8;

export interface OpenFile {
  readonly session: SftpSession;
  readonly handle: Buffer;
  readonly limitMs: number;
  /** The error for a file that ends before its size. */
  readonly endsAt: (offset: number) => Error;
}

/** Exactly the bytes of a range, in order, in pieces that belong to the reader. */
export async function* readPieces(file: OpenFile, range: ByteRange): AsyncGenerator<Buffer> {
  const end = range.offset + range.length;
  const coming: Promise<Buffer>[] = [];
  let asked = range.offset;
  const askAhead = (): void => {
    while (asked < end && coming.length < PIECES_AHEAD) {
      const length = Math.min(PIECE_BYTES, end - asked);
      const piece = readPiece(file, { offset: asked, length });
      // Whoever waits for it hears of its failure; nobody may be left to wait.
      piece.catch(() => {});
      coming.push(piece);
      asked += length;
    }
  };
  for (;;) {
    askAhead();
    const next = coming.shift();
    if (next === undefined) return;
    yield await next;
  }
}

function readPiece(file: OpenFile, range: ByteRange): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(range.length);
  return new Promise((resolve, reject) => {
    let missing = Math.ceil(range.length / CHUNK_BYTES);
    const done = (error: Error | undefined): void => {
      missing -= 1;
      if (error !== undefined) reject(error);
      else if (missing === 0) resolve(buffer);
    };
    for (let at = 0; at < range.length; at += CHUNK_BYTES) {
      const target = buffer.subarray(at, at + CHUNK_BYTES);
      readChunk(file, target, range.offset + at, done);
    }
  });
}

/** Fills `target`; servers may give less than they were asked for. */
function readChunk(
  file: OpenFile,
  target: Buffer,
  offset: number,
  done: (error: Error | undefined) => void,
): void {
  const { session, handle, limitMs } = file;
  session.request<number>(
    limitMs,
    (sftp, answer) =>
      sftp.read(handle, target, 0, target.length, offset, (error, bytesRead) => answer(error, bytesRead)),
    (error, bytesRead) => {
      if (error) done(error);
      else if (bytesRead === target.length) done(undefined);
      else if (bytesRead === 0) done(file.endsAt(offset));
      else readChunk(file, target.subarray(bytesRead), offset + bytesRead, done);
    },
  );
}
