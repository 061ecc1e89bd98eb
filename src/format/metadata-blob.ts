import { decodeText, encodeTextWithBom, FormatError, fromBase64, toBase64 } from '../base/index.ts';
import { parseJsonObject, quoteJson, withoutUndefined } from './json-text.ts';
import { formatExtensions, type MetadataExtensions, parseExtension } from './metadata-extensions.ts';

/** Everything about an entry but its path and content, as its metadata blob says it. All parts may be absent. */
export interface Metadata {
  /**
   * Extended attributes in the order of the system's list. Those without a value, which Duplicati does not
   * store, come back at the end.
   */
  readonly xattrs?: readonly (readonly [name: string, value: Uint8Array])[];
  readonly owner?: Owner;
  /** Keys of macOS (`macos:…`) and Windows (`win-ext:…`), not interpreted. */
  readonly platformKeys?: readonly KeyAndText[];
  /** Text of .NET file attributes; see `formatFileAttributes`. */
  readonly attributes?: string;
  /** Modification time; see `ticksFromUnixNs`. */
  readonly lastWriteTicks?: bigint;
  /** Creation time; on Linux the earlier of modification and change time. */
  readonly createTicks?: bigint;
  /** Its presence makes the entry a symlink. */
  readonly symlinkTarget?: string;
  /** Keys that are unknown, or whose value makes no sense; kept as they are. */
  readonly unknownKeys?: readonly KeyAndText[];
  readonly extensions?: MetadataExtensions;
}

/** Unix owner and permissions. The names are absent where the system knew none for the number. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
  /** The lower nine bits of the mode. */
  readonly permissions: number;
  readonly ownerName?: string;
  readonly groupName?: string;
}

export type KeyAndText = readonly [key: string, text: string];

/** The blob of an entry whose metadata is not stored. */
export const EMPTY_METADATA_BLOB: Uint8Array = encodeTextWithBom('{}');

const XATTR = 'unix-ext:';
/** Begins the key of an attribute without a value; only Ashlar stores those. */
const EMPTY_XATTR = 'ashlar:empty-xattr:';
const OWNER = 'unix:uid-gid-perm';
const OWNER_NAME = 'unix:owner-name';
const GROUP_NAME = 'unix:group-name';
const ATTRIBUTES = 'CoreAttributes';
const LAST_WRITE = 'CoreLastWritetime';
const CREATE = 'CoreCreatetime';
const SYMLINK_TARGET = 'CoreSymlinkTarget';
const PLATFORM_KEY = /^(?:macos|win-ext):/;

/**
 * The bytes of a metadata blob, keys in Duplicati's order (storage format 3.2): equal metadata gives equal
 * bytes in both programs, so nothing is stored twice. Runs once for each new or changed entry, hence the
 * plain concatenation.
 */
export function writeMetadataBlob(metadata: Metadata): Buffer {
  const { xattrs, owner, platformKeys, symlinkTarget, unknownKeys, extensions } = metadata;
  let json = '';
  if (xattrs !== undefined) json += xattrMembers(xattrs);
  if (owner !== undefined) json += ownerMembers(owner);
  if (platformKeys !== undefined) json += members(platformKeys);
  if (metadata.attributes !== undefined) json += member(ATTRIBUTES, metadata.attributes);
  if (metadata.lastWriteTicks !== undefined) json += `,"${LAST_WRITE}":"${metadata.lastWriteTicks}"`;
  if (metadata.createTicks !== undefined) json += `,"${CREATE}":"${metadata.createTicks}"`;
  if (symlinkTarget !== undefined) json += member(SYMLINK_TARGET, symlinkTarget);
  if (unknownKeys !== undefined) json += members(unknownKeys);
  if (extensions !== undefined) json += members(formatExtensions(extensions));
  if (xattrs !== undefined) json += emptyXattrMembers(xattrs);
  return encodeTextWithBom(`{${json.slice(1)}}`);
}

/**
 * What a metadata blob says, whoever wrote it: with or without a byte order mark, keys in any order, absent
 * or `null`. Throws a `FormatError` `metadata-corrupt` where the bytes are no JSON object; `path` names the
 * entry in the message.
 */
export function parseMetadataBlob(blob: Uint8Array, path: string): Metadata {
  const json = parseJsonObject(decodeText(blob));
  if (json === undefined) {
    throw new FormatError('metadata-corrupt', `The metadata of '${path}' is not a JSON object.`, {
      details: { path },
      hint: 'The content is not affected; times, owner and permissions of this entry cannot be restored.',
    });
  }
  const rest = new Map<string, string>();
  for (const [key, value] of Object.entries(json)) {
    if (value !== null) rest.set(key, typeof value === 'string' ? value : JSON.stringify(value));
  }
  const known = {
    xattrs: takeXattrs(rest),
    owner: takeOwner(rest),
    platformKeys: takeAll(rest, (key, text): KeyAndText | undefined =>
      PLATFORM_KEY.test(key) ? [key, text] : undefined,
    ),
    attributes: take(rest, ATTRIBUTES, (text) => text),
    lastWriteTicks: take(rest, LAST_WRITE, parseTicks),
    createTicks: take(rest, CREATE, parseTicks),
    symlinkTarget: take(rest, SYMLINK_TARGET, (text) => text),
    extensions: takeExtensions(rest),
  };
  return withoutUndefined({ ...known, unknownKeys: rest.size === 0 ? undefined : [...rest] });
}

function xattrMembers(xattrs: readonly (readonly [name: string, value: Uint8Array])[]): string {
  let json = '';
  for (const [name, value] of xattrs) {
    if (value.length > 0) json += `,${quoteJson(XATTR + name)}:"${toBase64(value)}"`;
  }
  return json;
}

function emptyXattrMembers(xattrs: readonly (readonly [name: string, value: Uint8Array])[]): string {
  return members(xattrs.flatMap(([name, value]) => (value.length === 0 ? [[EMPTY_XATTR + name, '']] : [])));
}

function ownerMembers(owner: Owner): string {
  let json = `,"${OWNER}":"${owner.uid}-${owner.gid}-${owner.permissions}"`;
  if (owner.ownerName !== undefined) json += member(OWNER_NAME, owner.ownerName);
  if (owner.groupName !== undefined) json += member(GROUP_NAME, owner.groupName);
  return json;
}

function members(pairs: readonly KeyAndText[]): string {
  let json = '';
  for (const [key, text] of pairs) json += `,${quoteJson(key)}:${quoteJson(text)}`;
  return json;
}

/** A member whose key needs no escapes. */
function member(key: string, text: string): string {
  return `,"${key}":${quoteJson(text)}`;
}

/** Parses and removes one member; a member that does not parse stays, and ends among the unknown ones. */
function take<T>(
  rest: Map<string, string>,
  key: string,
  parse: (text: string) => T | undefined,
): T | undefined {
  const text = rest.get(key);
  const value = text === undefined ? undefined : parse(text);
  if (value !== undefined) rest.delete(key);
  return value;
}

/** Parses and removes every member that `parse` understands; `undefined` for none. */
function takeAll<T>(
  rest: Map<string, string>,
  parse: (key: string, text: string) => T | undefined,
): T[] | undefined {
  const values: T[] = [];
  for (const [key, text] of rest) {
    const value = parse(key, text);
    if (value === undefined) continue;
    values.push(value);
    rest.delete(key);
  }
  return values.length === 0 ? undefined : values;
}

function takeOwner(rest: Map<string, string>): Owner | undefined {
  const ids = take(rest, OWNER, (text) => /^(\d{1,10})-(\d{1,10})-(\d{1,4})$/.exec(text) ?? undefined);
  if (ids === undefined) return undefined;
  return {
    uid: Number(ids[1]),
    gid: Number(ids[2]),
    permissions: Number(ids[3]),
    ...withoutUndefined({
      ownerName: take(rest, OWNER_NAME, (text) => text),
      groupName: take(rest, GROUP_NAME, (text) => text),
    }),
  };
}

function takeExtensions(rest: Map<string, string>): MetadataExtensions | undefined {
  const parts = takeAll(rest, parseExtension);
  return parts && Object.assign({}, ...parts);
}

function takeXattrs(rest: Map<string, string>): [string, Buffer][] | undefined {
  const values = takeAll(rest, parseXattr);
  const empty = takeAll(rest, parseEmptyXattr);
  return empty === undefined ? values : [...(values ?? []), ...empty];
}

function parseEmptyXattr(key: string, text: string): [string, Buffer] | undefined {
  const isOne = key.startsWith(EMPTY_XATTR) && text === '';
  return isOne ? [key.slice(EMPTY_XATTR.length), Buffer.alloc(0)] : undefined;
}

function parseXattr(key: string, text: string): [string, Buffer] | undefined {
  const value = key.startsWith(XATTR) ? fromBase64(text) : undefined;
  return value && [key.slice(XATTR.length), value];
}

function parseTicks(text: string): bigint | undefined {
  return /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined;
}
