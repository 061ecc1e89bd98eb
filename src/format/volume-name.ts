import { randomBytes } from 'node:crypto';
import { formatRemoteTime, parseRemoteTime } from './remote-time.ts';

/** What a volume holds: blocks, the index of one or more dblocks, or the file list of one version. */
export type VolumeKind = 'dblock' | 'dindex' | 'dlist';

/** What the name of a volume says. The type word alone decides `kind`; a dlist has a time, the others have a GUID. */
export interface VolumeName {
  readonly prefix: string;
  readonly kind: VolumeKind;
  readonly guid?: string;
  /** The identity of a version, in milliseconds since 1970, whole seconds. */
  readonly timeMs?: number;
  /** The name of the archive format: `zip`, `tzstd`, `tgz`, or what a foreign name says. */
  readonly compression: string;
  /** The name of the encryption, or absent for none. May hold dots in foreign names. */
  readonly encryption?: string;
  /** True for a par2 companion; all the rest then describes the volume that it protects. */
  readonly isParity: boolean;
}

/** What a new name is made of: a dlist by its time, the other kinds by a GUID. */
export type NewVolumeName = {
  readonly prefix: string;
  readonly compression: string;
  readonly encryption?: string;
} & (
  | { readonly kind: 'dlist'; readonly timeMs: number }
  | { readonly kind: 'dblock' | 'dindex'; readonly guid: string }
);

export interface NameMatching {
  /** As the option `case-insensitive-remote`: names may have been changed in case by the storage. */
  readonly caseInsensitive?: boolean;
}

const LETTER = { dblock: 'b', dindex: 'i' } as const;

/**
 * Readers of Duplicati take any character before the type word, `|` beside `i` and `b`, and dots in the
 * encryption part.
 */
const PATTERN =
  '^(?<prefix>[^-]+)-(?:[ibIB|](?<guid>[0-9A-Fa-f]+)|(?<time>\\d{8}T\\d{6}Z)).(?<kind>dblock|dlist|dindex)\\.(?<compression>[^.]+)(?:\\.(?<encryption>.+))?$';
const EXACT = new RegExp(PATTERN);
const ANY_CASE = new RegExp(PATTERN, 'i');
const PARITY_EXTENSION = /\.par2$/i;

/** The file name of a volume (storage format 1.1). Throws a plain `Error` for a prefix that could not be read back. */
export function formatVolumeName(volume: NewVolumeName): string {
  if (!isUsablePrefix(volume.prefix)) {
    throw new Error(`The prefix '${volume.prefix}' is empty or holds a '-'.`);
  }
  const identity =
    volume.kind === 'dlist' ? formatRemoteTime(volume.timeMs) : `${LETTER[volume.kind]}${volume.guid}`;
  const encryption = volume.encryption === undefined ? '' : `.${volume.encryption}`;
  return `${volume.prefix}-${identity}.${volume.kind}.${volume.compression}${encryption}`;
}

/** True for a prefix that Duplicati takes: not empty, no `-`. */
export function isUsablePrefix(prefix: string): boolean {
  return prefix !== '' && !prefix.includes('-');
}

/** A new GUID for a dblock or dindex: a random (version 4) UUID as 32 lower-case hexadecimal digits. */
export function newVolumeGuid(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex');
}

/**
 * What a file name says, or `undefined` where it is no name of a volume (storage format 1.2). A name whose
 * time is no date is none either: a listing never fails because of one stray file.
 */
export function parseVolumeName(name: string, matching: NameMatching = {}): VolumeName | undefined {
  const isParity = isParityFileName(name);
  const caseInsensitive = matching.caseInsensitive ?? false;
  const match = (caseInsensitive ? ANY_CASE : EXACT).exec(isParity ? name.slice(0, -'.par2'.length) : name);
  const { prefix, guid, time, kind, compression, encryption } = match?.groups ?? {};
  if (prefix === undefined || kind === undefined || compression === undefined) return undefined;
  const timeMs = time === undefined ? undefined : parseRemoteTime(time.toUpperCase());
  if (time !== undefined && timeMs === undefined) return undefined;
  return {
    prefix,
    kind: toVolumeKind(kind.toLowerCase()),
    ...(guid === undefined ? {} : { guid }),
    ...(timeMs === undefined ? {} : { timeMs }),
    compression,
    ...(encryption === undefined ? {} : { encryption }),
    isParity,
  };
}

/**
 * The name that this program gives to a volume of its own, or to the companion of one, where a storage has
 * changed upper and lower case in it; any other name as it is.
 */
export function restoreNameCase(name: string, prefix: string): string {
  const parsed = parseVolumeName(name, { caseInsensitive: true });
  if (parsed === undefined || parsed.prefix.toLowerCase() !== prefix.toLowerCase()) return name;
  const { kind, guid, timeMs, compression, encryption, isParity } = parsed;
  const endings = {
    prefix,
    compression: compression.toLowerCase(),
    ...(encryption === undefined ? {} : { encryption: encryption.toLowerCase() }),
  };
  const volume =
    kind === 'dlist'
      ? timeMs !== undefined && formatVolumeName({ ...endings, kind, timeMs })
      : guid !== undefined && formatVolumeName({ ...endings, kind, guid: guid.toLowerCase() });
  if (volume === false) return name;
  return isParity ? parityFileName(volume) : volume;
}

/**
 * The name of the optional file that lists all volumes with their hashes (storage format 6.5). It is no name
 * of a volume.
 */
export function verificationFileName(prefix: string): string {
  return `${prefix}-verification.json`;
}

/** The name of the par2 companion of a dblock or dlist. */
export function parityFileName(volumeName: string): string {
  return `${volumeName}.par2`;
}

/** True for a name that ends as the companions of volumes do. */
export function isParityFileName(name: string): boolean {
  return PARITY_EXTENSION.test(name);
}

function toVolumeKind(word: string): VolumeKind {
  return word === 'dblock' || word === 'dindex' ? word : 'dlist';
}
