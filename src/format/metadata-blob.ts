import { decodeText, encodeTextWithBom, FormatError, fromBase64, toBase64 } from '../base/index.ts';
import { parseJsonObject, quoteJson } from './json-text.ts';
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
  const sorted = new SortedKeys(json[OWNER]);
  for (const [key, value] of Object.entries(json))
    if (value !== null) sorted.add(key, typeof value === 'string' ? value : JSON.stringify(value));
  return sorted.metadata();
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Gathers the keys of a blob by what they mean. One that does not parse counts as unknown. */
class SortedKeys {
  /** What one key says, as it is. */
  readonly #single: Writable<Metadata> = {};
  readonly #owner: Writable<Owner> | undefined;
  readonly #xattrs: [string, Buffer][] = [];
  readonly #emptyXattrs: [string, Buffer][] = [];
  readonly #platformKeys: KeyAndText[] = [];
  readonly #unknownKeys: KeyAndText[] = [];
  readonly #extensions: MetadataExtensions[] = [];

  /** `owner` comes first, since the names belong to its numbers. */
  constructor(owner: unknown) {
    this.#owner = typeof owner === 'string' ? parseOwner(owner) : undefined;
  }

  add(key: string, text: string): void {
    if (!this.#take(key, text)) this.#unknownKeys.push([key, text]);
  }

  metadata(): Metadata {
    const metadata = this.#single;
    const xattrs = [...this.#xattrs, ...this.#emptyXattrs];
    if (xattrs.length > 0) metadata.xattrs = xattrs;
    if (this.#owner !== undefined) metadata.owner = this.#owner;
    if (this.#platformKeys.length > 0) metadata.platformKeys = this.#platformKeys;
    if (this.#unknownKeys.length > 0) metadata.unknownKeys = this.#unknownKeys;
    if (this.#extensions.length > 0) metadata.extensions = Object.assign({}, ...this.#extensions);
    return metadata;
  }

  /** False where the key is unknown or the text makes no sense. */
  #take(key: string, text: string): boolean {
    switch (key) {
      case OWNER:
        return this.#owner !== undefined;
      case OWNER_NAME:
        if (this.#owner !== undefined) this.#owner.ownerName = text;
        return this.#owner !== undefined;
      case GROUP_NAME:
        if (this.#owner !== undefined) this.#owner.groupName = text;
        return this.#owner !== undefined;
      case ATTRIBUTES:
        this.#single.attributes = text;
        return true;
      case SYMLINK_TARGET:
        this.#single.symlinkTarget = text;
        return true;
      case LAST_WRITE:
        return this.#takeTicks('lastWriteTicks', text);
      case CREATE:
        return this.#takeTicks('createTicks', text);
      default:
        return this.#takeOneOfMany(key, text);
    }
  }

  #takeTicks(part: 'lastWriteTicks' | 'createTicks', text: string): boolean {
    const isNumber = /^-?\d{1,19}$/.test(text);
    if (isNumber) this.#single[part] = BigInt(text);
    return isNumber;
  }

  #takeOneOfMany(key: string, text: string): boolean {
    if (key.startsWith(XATTR)) {
      const value = fromBase64(text);
      if (value !== undefined) this.#xattrs.push([key.slice(XATTR.length), value]);
      return value !== undefined;
    }
    if (key.startsWith(EMPTY_XATTR)) {
      if (text === '') this.#emptyXattrs.push([key.slice(EMPTY_XATTR.length), Buffer.alloc(0)]);
      return text === '';
    }
    if (PLATFORM_KEY.test(key)) {
      this.#platformKeys.push([key, text]);
      return true;
    }
    const extension = parseExtension(key, text);
    if (extension !== undefined) this.#extensions.push(extension);
    return extension !== undefined;
  }
}

function parseOwner(text: string): Owner | undefined {
  const ids = /^(\d{1,10})-(\d{1,10})-(\d{1,4})$/.exec(text);
  if (ids === null) return undefined;
  return { uid: Number(ids[1]), gid: Number(ids[2]), permissions: Number(ids[3]) };
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
