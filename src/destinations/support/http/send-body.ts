import type { ClientRequest } from 'node:http';
import type { UploadSource } from '../../destination.ts';
import { wrongLength } from '../wrong-length.ts';
import type { HttpBody } from './http-message.ts';
import type { Patience } from './patience.ts';

/** The number of bytes that a request announces. */
export function bodySizeBytes(body: HttpBody | undefined): number {
  if (body === undefined) return 0;
  if (typeof body === 'string') return Buffer.byteLength(body);
  return body instanceof Uint8Array ? body.byteLength : body.sizeBytes;
}

/**
 * Sends a body and ends the request, or stops as soon as `isAnswered` says that the server has decided
 * already. Nothing is ended before the source proved to hold exactly the bytes that were announced: a file of
 * the wrong length is never complete for the server. Errors of the source come through untouched.
 */
export async function sendBody(
  request: ClientRequest,
  body: HttpBody | undefined,
  exchange: { readonly patience: Patience; readonly answered: AbortSignal },
): Promise<void> {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) request.end(body);
  else await sendSource(request, body, exchange);
}

async function sendSource(
  request: ClientRequest,
  source: UploadSource,
  { patience, answered }: { readonly patience: Patience; readonly answered: AbortSignal },
): Promise<void> {
  const pieces = source.open()[Symbol.asyncIterator]();
  let sizeBytes = 0;
  let last: Uint8Array | undefined;
  try {
    for (;;) {
      const next = await patience.ours(pieces.next());
      if (next.done === true || answered.aborted) break;
      sizeBytes += next.value.byteLength;
      if (sizeBytes > source.sizeBytes) throw wrongLength(sizeBytes, source.sizeBytes);
      // The last piece waits for the proof that it is the last, as a copy, because its memory may be reused meanwhile.
      if (sizeBytes === source.sizeBytes) last ??= Buffer.from(next.value);
      else await write(request, next.value, answered);
      patience.moved();
    }
  } finally {
    // Not awaited: a source that hangs may never come to its end.
    pieces.return?.()?.catch(() => {});
  }
  if (answered.aborted) return;
  if (sizeBytes !== source.sizeBytes) throw wrongLength(sizeBytes, source.sizeBytes);
  request.end(last);
}

/**
 * Resolves when the system has taken the piece, so that its memory may be reused, or when the server has
 * answered already.
 */
function write(request: ClientRequest, piece: Uint8Array, answered: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAnswer = (): void => resolve();
    answered.addEventListener('abort', onAnswer, { once: true });
    request.write(piece, (error) => {
      answered.removeEventListener('abort', onAnswer);
      if (error) reject(error);
      else resolve();
    });
  });
}
