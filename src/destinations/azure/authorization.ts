import { createHmac } from 'node:crypto';

/** What opens a storage account: its key, or a signature that somebody made with it (without its question mark). */
export type AzureAuthorization =
  | { readonly kind: 'key'; readonly account: string; readonly key: Buffer }
  | { readonly kind: 'signature'; readonly token: string };

export interface AzureRequestToSign {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Standard headers in the order in which they are signed. */
const SIGNED_HEADERS = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
] as const;

/** The `Authorization` header of a request ("Authorize with Shared Key", version 2009-09-19 and later). */
export function signAzure(
  { method, url, headers }: AzureRequestToSign,
  { account, key }: { readonly account: string; readonly key: Buffer },
): string {
  const standard = SIGNED_HEADERS.map((name) => {
    const value = headers[name] ?? '';
    return name === 'content-length' && value === '0' ? '' : value;
  });
  const own = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-ms-'))
    .map(([name, value]) => `${name}:${value.trim()}`)
    .sort();
  const query = [...url.searchParams].map(([name, value]) => `${name.toLowerCase()}:${value}`).sort();
  const text = [method, ...standard, ...own, [`/${account}${url.pathname}`, ...query].join('\n')].join('\n');
  return `SharedKey ${account}:${createHmac('sha256', key).update(text, 'utf8').digest('base64')}`;
}
