import type { ByteRange } from '../../abilities.ts';
import { DestinationError } from '../../destination-error.ts';
import type { HttpResponse } from './http-message.ts';

/** Asks for a range of a file. A range without bytes asks for its place, of which nothing is used. */
export function rangeHeader({ offset, length }: ByteRange): Readonly<Record<string, string>> {
  return { range: `bytes=${offset}-${offset + Math.max(length, 1) - 1}` };
}

/**
 * The bytes of a range from the answer to a request with `rangeHeader`: status 206, 416 where the file ends
 * before, or 200 from servers that know no ranges and send the whole file. Throws `destination-corrupt`
 * unless all of its bytes are there.
 */
export async function readRange(
  response: HttpResponse,
  name: string,
  { offset, length }: ByteRange,
): Promise<Uint8Array> {
  const bytes = Buffer.alloc(length);
  let at = response.status === 206 ? offset : 0;
  let filled = 0;
  for await (const piece of response.body) {
    if (response.status === 416) continue;
    const part = piece.subarray(Math.max(0, offset - at), Math.max(0, offset + length - at));
    bytes.set(part, filled);
    filled += part.byteLength;
    at += piece.byteLength;
    if (filled === length && response.status === 200) break;
  }
  if (filled === length) return bytes;
  throw new DestinationError('destination-corrupt', `'${name}' ends before byte ${offset + length}.`, {
    details: { name, offset, length },
  });
}
