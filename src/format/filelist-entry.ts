import { isPaddedBase64 } from './base64-digits.ts';
import { isSize, type JsonObject, quoteJson } from './json-text.ts';
import { formatRemoteTime, parseRemoteTime } from './remote-time.ts';

/**
 * One line of a version. Hashes are standard base64 text, as in the file: they are compared and looked up far
 * more often than their bytes are needed, and a string is the key of a `Map`.
 */
export type FilelistEntry = FileEntry | FolderEntry | SymlinkEntry;

interface CommonParts {
  /**
   * Absolute, in the form of the source machine; folders end with its separator. Not yet checked: see
   * `checkEntryPath`.
   */
  readonly path: string;
  /** Absent only in very old lists. */
  readonly metadata?: MetadataReference;
}

export interface FileEntry extends CommonParts {
  readonly type: 'File';
  /** By the file hash algorithm, of the whole content. */
  readonly hash: string;
  readonly sizeBytes: number;
  /** Modification time in milliseconds since 1970, whole seconds. */
  readonly timeMs: number;
  /**
   * By the block hash algorithm, of the only block. Absent means equal to `hash`. Not for empty files and
   * those of several blocks.
   */
  readonly blockHash?: string;
  /** Hashes of the blocklists in order, for files of several blocks. */
  readonly blocklists?: readonly string[];
}

export interface FolderEntry extends CommonParts {
  readonly type: 'Folder';
}

/** Its target stands in the metadata blob. */
export interface SymlinkEntry extends CommonParts {
  readonly type: 'Symlink';
}

/** Where to find the metadata blob of an entry. */
export interface MetadataReference {
  /** By the file hash algorithm, of the whole blob. */
  readonly hash: string;
  readonly sizeBytes: number;
  /** By the block hash algorithm, of a blob of one block. Absent means equal to `hash`. */
  readonly blockHash?: string;
  /** The hash of the blocklist, for a blob of several blocks. */
  readonly blocklists?: readonly string[];
}

/** The JSON of an entry, keys in the order that Duplicati's reader insists on (storage format 2.7). */
export function formatFilelistEntry(entry: FilelistEntry): string {
  const head = `{"type":"${entry.type}","path":${quoteJson(entry.path)}`;
  if (entry.type !== 'File') return `${head}${metadataMembers(entry.metadata, 'always')}}`;
  const { hash, sizeBytes, blockHash, blocklists = [] } = entry;
  const content = `,"hash":"${hash}","size":${sizeBytes},"time":"${formatRemoteTime(entry.timeMs)}"`;
  const isOneBlock = blocklists.length === 0 && sizeBytes > 0;
  const place =
    isOneBlock && blockHash !== undefined && blockHash !== hash
      ? `,"blockhash":"${blockHash}","blocksize":${sizeBytes}`
      : hashList('blocklists', blocklists);
  return `${head}${content}${metadataMembers(entry.metadata, 'when-different')}${place}}`;
}

/** Duplicati writes the block hash of metadata always for folders and links, but for files only where it differs. */
function metadataMembers(
  metadata: MetadataReference | undefined,
  blockHashRule: 'always' | 'when-different',
): string {
  if (metadata === undefined) return '';
  const { hash, sizeBytes, blockHash = hash, blocklists = [] } = metadata;
  const reference = `,"metahash":"${hash}","metasize":${sizeBytes}`;
  if (blocklists.length > 0) return reference + hashList('metablocklists', blocklists);
  if (blockHash === hash && blockHashRule === 'when-different') return reference;
  return `${reference},"metablockhash":"${blockHash}"`;
}

function hashList(key: string, hashes: readonly string[]): string {
  return hashes.length === 0 ? '' : `,"${key}":["${hashes.join('","')}"]`;
}

/**
 * The entry that a JSON object stands for, keys in any order, unknown keys ignored; `undefined` for a type
 * that is not restored (alternate streams and types to come). Throws a `TypeError` that says what is wrong
 * with it.
 */
export function parseFilelistEntry(json: JsonObject): FilelistEntry | undefined {
  const type = json['type'];
  if (typeof type !== 'string') throw new TypeError('it has no type');
  switch (type.toLowerCase()) {
    case 'file':
      return parseFile(json);
    case 'folder':
      return withMetadata<FolderEntry>({ type: 'Folder', path: readPath(json) }, json);
    case 'symlink':
      return withMetadata<SymlinkEntry>({ type: 'Symlink', path: readPath(json) }, json);
    default:
      return undefined;
  }
}

function parseFile(json: JsonObject): FileEntry {
  const time = json['time'];
  const timeMs = typeof time === 'string' ? parseRemoteTime(time) : undefined;
  if (timeMs === undefined) throw new TypeError('its time is no time');
  const entry: FileEntry = {
    type: 'File',
    path: readPath(json),
    hash: readHash(json, 'hash'),
    sizeBytes: readSize(json, 'size'),
    timeMs,
  };
  const described = withMetadata(entry, json);
  if (json['blocklists'] != null) return { ...described, blocklists: readHashes(json, 'blocklists') };
  if (json['blockhash'] != null) return { ...described, blockHash: readHash(json, 'blockhash') };
  return described;
}

function withMetadata<T extends FilelistEntry>(entry: T, json: JsonObject): T {
  if (json['metahash'] == null) return entry;
  const reference = { hash: readHash(json, 'metahash'), sizeBytes: readSize(json, 'metasize') };
  if (json['metablocklists'] != null) {
    return { ...entry, metadata: { ...reference, blocklists: readHashes(json, 'metablocklists') } };
  }
  if (json['metablockhash'] != null) {
    return { ...entry, metadata: { ...reference, blockHash: readHash(json, 'metablockhash') } };
  }
  return { ...entry, metadata: reference };
}

function readPath(json: JsonObject): string {
  const path = json['path'];
  if (typeof path === 'string' && path !== '') return path;
  throw new TypeError('it has no path');
}

function readHash(json: JsonObject, key: string): string {
  const hash = json[key];
  if (isHash(hash)) return hash;
  throw new TypeError(`its ${key} is no hash`);
}

function readHashes(json: JsonObject, key: string): readonly string[] {
  const hashes = json[key];
  if (Array.isArray(hashes) && hashes.every(isHash)) return hashes;
  throw new TypeError(`its ${key} are no hashes`);
}

function readSize(json: JsonObject, key: string): number {
  const size = json[key];
  if (isSize(size)) return size;
  throw new TypeError(`its ${key} is no size`);
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && isPaddedBase64(value);
}
