import { decodePath, encodePath } from '../../base/index.ts';
import { DestinationError } from '../destination-error.ts';

/** A destination's URL in its parts, decoded. */
export interface DestinationUrl {
  /** In lower case; `file` for a plain path. */
  readonly scheme: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** As written, because some schemes carry a case-sensitive name here. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** Without its leading slash where there is a host. For `file` the folder as the user wrote it. */
  readonly path: string;
  /** Options for this destination; names in lower case. An option without a value is the empty string. */
  readonly query: Readonly<Record<string, string>>;
}

const URL_START = /^([a-z][a-z0-9+.-]*):\/\/([^?]*)(?:\?(.*))?$/is;
/** Users may hold `@` (they are often mail addresses); passwords may not hold `@ : /` unencoded. */
const AUTHORITY = /^(?:([^:]*?)(?::([^@:]*))?@)?(\[[0-9a-f:.]+\]|[^@:[\]]+)(?::(\d{1,5}))?$/is;

/** The schemes that Duplicati reads by the rules of web addresses: a plus is a plus, and there is no `#`. */
const STRICT_SCHEMES: ReadonlySet<string> = new Set([
  'ftp',
  'ftps',
  'aftp',
  'ssh',
  'smb',
  'cifs',
  'tahoe',
  'tahoes',
  'pcloud',
  'sharepoint',
]);

/**
 * Reads `scheme://[user[:password]@]host[:port]/path[?option=value&...]` as Duplicati's relaxed parser does:
 * percent-encoding is decoded, `+` is a space in path and query; in the path of some schemes a plus stays
 * what it is. Text that is no URL is the path of a local folder, taken literally. Throws
 * `destination-url-invalid`.
 */
export function parseDestinationUrl(text: string): DestinationUrl {
  const match = URL_START.exec(text);
  if (match === null) return localFolderUrl(readPlainPath(text), {});
  const [, scheme = '', address = '', queryText = ''] = match;
  const query = parseQuery(queryText);
  if (/^file$/i.test(scheme)) return localFolderUrl(decodeRelaxed(address), query);
  if (/^https?$/i.test(scheme)) {
    throw new DestinationError('destination-url-invalid', `A destination cannot start with '${scheme}://'.`, {
      hint: 'The scheme names the kind of storage, not its protocol: see the list of destinations.',
    });
  }
  return parseAddress(scheme.toLowerCase(), address, query);
}

/**
 * The URL as it may be shown: without the password and without the values of its options, any of which may be
 * secret. Where a password may have been written without encoding, so that its end is in doubt, more is
 * hidden.
 */
export function redactUrl(text: string): string {
  if (!URL_START.test(text)) return text;
  const shownScheme = text.slice(0, text.indexOf('://') + 3);
  const address = text.slice(shownScheme.length).split('?', 1).join();
  const query = redactQuery(text.slice(shownScheme.length + address.length));
  if (shownScheme.toLowerCase() === 'file://') return shownScheme + address + query;
  const [authority = '', ...folders] = address.split('/');
  const match = AUTHORITY.exec(authority);
  const path = folders.map((folder) => `/${folder}`).join('');
  if (match === null || path.includes('@')) return `${shownScheme}***`;
  const [, user, password, host = '', port] = match;
  const shownPassword = password === undefined ? '' : ':***';
  const shownUser = user === undefined ? '' : `${user}${shownPassword}@`;
  return `${shownScheme}${shownUser}${host}${port === undefined ? '' : `:${port}`}${path}${query}`;
}

/**
 * The address of a folder below that of a destination. `folder` is relative, with slashes between its names;
 * nothing but the path changes.
 */
export function folderUrl(text: string, folder: string): string {
  const match = URL_START.exec(text);
  if (match === null) return `${text.replace(/\/+$/, '')}/${folder}`;
  const [, scheme = '', address = ''] = match;
  const query = text.slice(`${scheme}://${address}`.length);
  return `${scheme}://${address.replace(/\/+$/, '')}/${encodeFolder(folder)}${query}`;
}

/** Byte by byte, for names need not be UTF-8. */
function encodeFolder(folder: string): string {
  return Array.from(encodePath(folder), (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w.~/-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function localFolderUrl(path: string, query: DestinationUrl['query']): DestinationUrl {
  if (path === '' || path.includes('\0')) {
    throw new DestinationError('destination-url-invalid', `The destination '${path}' names no folder.`, {
      hint: 'Give the path of a folder, or a URL such as file:///mnt/backup.',
    });
  }
  return {
    scheme: 'file',
    user: undefined,
    password: undefined,
    host: undefined,
    port: undefined,
    path,
    query,
  };
}

/** A path without `file://` is data, not URL text: nothing in it is decoded. */
function readPlainPath(text: string): string {
  return text.trim() === '' ? '' : text;
}

function parseAddress(scheme: string, address: string, query: DestinationUrl['query']): DestinationUrl {
  const slash = address.indexOf('/');
  const authority = slash < 0 ? address : address.slice(0, slash);
  const match = AUTHORITY.exec(authority);
  const port = Number(match?.[4] ?? 0);
  if (match === null || port > 65535) {
    throw new DestinationError('destination-url-invalid', `The destination '${scheme}://***' is not a URL.`, {
      hint: 'The form is scheme://user:password@host:port/path?option=value; write @ : ? / in a password as %40 %3A %3F %2F.',
    });
  }
  const isStrict = STRICT_SCHEMES.has(scheme);
  if (isStrict && address.includes('#')) {
    throw new DestinationError('destination-url-invalid', `A ${scheme}:// address cannot hold a '#'.`, {
      hint: 'Write it as %23.',
    });
  }
  const decode = isStrict ? decodePercent : decodeRelaxed;
  const [, user, password, host = ''] = match;
  return {
    scheme,
    user: user === undefined ? undefined : decode(user),
    password: password === undefined ? undefined : decode(password),
    host: host.startsWith('[') ? host.slice(1, -1) : decode(host),
    port: match[4] === undefined ? undefined : port,
    path: slash < 0 ? '' : decode(address.slice(slash + 1)),
    query,
  };
}

function parseQuery(text: string): DestinationUrl['query'] {
  const pairs = text.split('&').map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return [decodeRelaxed(name).toLowerCase(), decodeRelaxed(value.join('='))] as const;
  });
  return Object.fromEntries(pairs.filter(([name]) => name !== ''));
}

/** Names of options stay; whatever does not look like one may be a piece of a password with a raw `?`. */
function redactQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.slice(1).split('&');
  return `?${pairs.map((pair) => (/^[a-z][a-z0-9_-]*=/i.test(pair) ? `${pair.split('=', 1).join()}=***` : '***')).join('&')}`;
}

/** Decodes percent-encoding, and `+` to a space. */
export function decodeRelaxed(text: string): string {
  return decodePercent(text.replaceAll('+', ' '));
}

/**
 * Decodes percent-encoding; a percent sign that encodes nothing stays. Bytes that are no UTF-8 are carried as
 * `base/paths.ts` says.
 */
function decodePercent(text: string): string {
  const bytes: Buffer[] = [];
  for (const piece of text.split(/(%[0-9a-f]{2})/i)) {
    bytes.push(
      /^%[0-9a-f]{2}$/i.test(piece) ? Buffer.from(piece.slice(1), 'hex') : Buffer.from(piece, 'utf8'),
    );
  }
  return decodePath(Buffer.concat(bytes));
}
