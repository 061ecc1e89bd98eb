import type { FakeRequest } from './fake-service.ts';

/** The parts of a form with files (RFC 7578), by their names. */
export function readForm(request: FakeRequest): ReadonlyMap<string, Buffer> {
  return new Map(
    readParts(request).map(({ head, content }) => [/name="([^"]*)"/.exec(head)?.[1] ?? '', content]),
  );
}

/** The two parts of a body of related parts (RFC 2387): a description and bytes. */
export function readRelated(request: FakeRequest): readonly [Buffer, Buffer] {
  const [description, bytes] = readParts(request);
  if (description === undefined || bytes === undefined) throw new Error('the body has not two parts');
  return [description.content, bytes.content];
}

function readParts({ headers, body }: FakeRequest): readonly { head: string; content: Buffer }[] {
  const boundary = /boundary=([^;]+)/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) throw new Error('the body has no parts');
  const mark = Buffer.from(`--${boundary}`);
  const parts: { head: string; content: Buffer }[] = [];
  let at = body.indexOf(mark);
  for (let next = body.indexOf(mark, at + 1); next >= 0; next = body.indexOf(mark, at + 1)) {
    // From the end of the line of the mark: a part may have no head at all.
    const part = body.subarray(at + mark.length, next - 2);
    const headEnd = part.indexOf('\r\n\r\n');
    parts.push({ head: String(part.subarray(0, headEnd)), content: part.subarray(headEnd + 4) });
    at = next;
  }
  if (String(body.subarray(at)).trimEnd() !== `--${boundary}--`) throw new Error('the body does not end');
  return parts;
}
