import type { RemoteFile, SignalOptions } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { readText } from '../support/http/index.ts';
import { childrenOf, parseXml, textOf, type XmlElement } from '../support/xml.ts';
import type { S3Client } from './s3-client.ts';
import type { S3Settings } from './s3-settings.ts';

/** Every object directly below the prefix, page by page, by the first or second version of ListObjects. */
export async function* listObjects(
  client: S3Client,
  settings: S3Settings,
  options: SignalOptions,
): AsyncGenerator<RemoteFile> {
  const { prefix, usesDelimiter, listVersion } = settings;
  const query = {
    ...(listVersion === 'v2' ? { 'list-type': '2' } : {}),
    ...(usesDelimiter ? { delimiter: '/' } : {}),
    'max-keys': '1000',
    prefix,
  };
  let position: Readonly<Record<string, string>> | undefined = {};
  let last: string | undefined;
  while (position !== undefined) {
    const page = await fetchPage(client, { ...query, ...position }, options);
    yield* childrenOf(page, 'Contents').flatMap((content) => readObject(content, prefix));
    position = nextPosition(page, listVersion);
    const now: string | undefined = position === undefined ? undefined : Object.values(position).join();
    if (now !== undefined && now === last) throw unreadable('it gives the same page again', String(now));
    last = now;
  }
}

async function fetchPage(
  client: S3Client,
  query: Readonly<Record<string, string>>,
  options: SignalOptions,
): Promise<XmlElement> {
  const request = { ...options, method: 'GET', query, limit: 'list' } as const;
  const body = await readText(await client.expect(request, 'list the bucket', [200]));
  try {
    const page = parseXml(body);
    if (page.name === 'ListBucketResult') return page;
  } catch (cause) {
    throw unreadable('it is not well-formed', body, cause);
  }
  throw unreadable('it is something else', body);
}

function readObject(content: XmlElement, prefix: string): RemoteFile[] {
  const key = textOf(content, 'Key') ?? '';
  const name = key.slice(prefix.length);
  if (!key.startsWith(prefix) || name === '' || name.includes('/')) return [];
  const modifiedAtMs = Date.parse(textOf(content, 'LastModified') ?? '');
  const size = textOf(content, 'Size') ?? '';
  return [
    {
      name,
      sizeBytes: /^\d+$/.test(size) ? Number(size) : -1,
      modifiedAtMs: Number.isNaN(modifiedAtMs) ? undefined : modifiedAtMs,
    },
  ];
}

/** What to ask for to get the next page; `undefined` after the last one. */
function nextPosition(
  page: XmlElement,
  version: S3Settings['listVersion'],
): Readonly<Record<string, string>> | undefined {
  if (textOf(page, 'IsTruncated')?.trim() !== 'true') return undefined;
  if (version === 'v2') {
    const token = textOf(page, 'NextContinuationToken');
    if (token === undefined) throw unreadable('it does not say where it goes on', '');
    return { 'continuation-token': token };
  }
  const lastContent = childrenOf(page, 'Contents').at(-1);
  const marker =
    textOf(page, 'NextMarker') ?? (lastContent === undefined ? undefined : textOf(lastContent, 'Key'));
  if (marker === undefined) throw unreadable('it does not say where it goes on', '');
  return { marker };
}

function unreadable(reason: string, text: string, cause?: unknown): DestinationError {
  return new DestinationError('destination-corrupt', `The listing of the bucket cannot be read: ${reason}.`, {
    details: { start: text.slice(0, 200) },
    cause,
  });
}
