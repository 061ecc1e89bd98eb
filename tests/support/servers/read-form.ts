import type { FakeRequest } from './fake-service.ts';

/** The parts of a form with files (RFC 7578), by their names. */
export function readForm({ headers, body }: FakeRequest): ReadonlyMap<string, Buffer> {
  const boundary = /boundary=([^;]+)/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) throw new Error('no form');
  const parts = new Map<string, Buffer>();
  const mark = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(mark); at >= 0; ) {
    const next = body.indexOf(mark, at + mark.length);
    if (next < 0) break;
    const part = body.subarray(at + mark.length + 2, next - 2);
    const headEnd = part.indexOf('\r\n\r\n');
    const name = /name="([^"]*)"/.exec(String(part.subarray(0, headEnd)))?.[1] ?? '';
    parts.set(name, part.subarray(headEnd + 4));
    at = next;
  }
  if (!body.subarray(-mark.length - 4).equals(Buffer.from(`--${boundary}--\r\n`)))
    throw new Error('the form does not end');
  return parts;
}
