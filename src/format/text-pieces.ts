const PIECE_CHARACTERS = 64 * 1024;

/**
 * UTF-8 bytes of many short texts, one after another, in pieces of about 64 KiB: a whole file list is never
 * in memory, and encoding costs few calls.
 */
export function* textPieces(texts: Iterable<string>): Generator<Buffer> {
  let waiting = '';
  for (const text of texts) {
    waiting += text;
    if (waiting.length < PIECE_CHARACTERS) continue;
    yield Buffer.from(waiting);
    waiting = '';
  }
  if (waiting !== '') yield Buffer.from(waiting);
}
