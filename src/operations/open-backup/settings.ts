import type { ArchiveSettings, ZipMethod } from '../../compression/index.ts';
import {
  parseDestinationUrl,
  RateLimit,
  type SoftDeletion,
  type TransferLimits,
} from '../../destinations/index.ts';
import type { FormatSettings } from '../../format/index.ts';
import type { ProgramSettings } from '../../options/index.ts';
import { createPar2 } from '../../parity/index.ts';
import type { BlockVolumeSettings, Encryption, IndexPolicy, Keys } from '../../pipeline/index.ts';
import type { ParityUse } from '../../transfer/index.ts';
import type { BackupTarget } from '../opened-backup/opened-backup.ts';
import type { GivenFormat } from '../opened-backup/stored-settings.ts';

/** The folders of the machine and the user that runs the program. */
export interface Places {
  /** For local databases. */
  readonly dataFolder: string;
  /** For volumes on their way, where the user names no other. */
  readonly temporaryFolder: string;
}

/** Which backup the options mean, and how to reach it. */
export function readTarget(url: string, settings: ProgramSettings, places: Places): BackupTarget {
  const destinationOptions = new Map<string, string>();
  for (const [name, text] of Object.entries(settings.texts)) destinationOptions.set(name, text ?? 'true');
  return {
    url,
    destinationOptions,
    connections: settings.get('no-connection-reuse') ? 'fresh' : 'kept',
    prefix: settings.get('prefix'),
    databasePath: settings.get('dbpath'),
    dataFolder: places.dataFolder,
    backupName: settings.get('backup-name') ?? '',
    temporaryParent:
      settings.get('asynchronous-upload-folder') ?? settings.get('tempdir') ?? places.temporaryFolder,
    keys: readKeys(settings),
    retry: {
      retries: settings.get('number-of-retries'),
      delayMs: settings.get('retry-delay'),
      growth: settings.get('retry-with-exponential-backoff') ? 'exponential' : 'constant',
    },
    limits: readLimits(url, settings),
    softDeletion: readSoftDeletion(settings),
    verifiesUploads: settings.get('list-verify-uploads'),
    nameCase: settings.get('case-insensitive-remote') ? 'changed' : 'kept',
    checks: {
      hashes: settings.get('skip-file-hash-checks') ? 'skip' : 'check',
      manifests: settings.get('dont-read-manifests') ? 'ignore' : 'read',
    },
    parity: readParity(settings),
  };
}

/** Parity data that are there are used in any case. */
function readParity(settings: ProgramSettings): ParityUse {
  const redundancyPercent = settings.get('parity-redundancy-level');
  return {
    program: createPar2({
      programPath: settings.get('par2-program-path'),
      redundancyPercent,
      extraOptions: settings.get('par2-extra-options'),
    }),
    writes: settings.get('parity-module') !== undefined && redundancyPercent > 0,
  };
}

function readSoftDeletion(settings: ProgramSettings): SoftDeletion | undefined {
  const prefix = settings.get('soft-delete-prefix') ?? '';
  if (prefix === '') return undefined;
  return { prefix, rename: settings.get('prevent-backend-rename') ? 'never' : 'where-possible' };
}

function readLimits(url: string, settings: ProgramSettings): TransferLimits | undefined {
  const isDisabled = settings.get('throttle-disabled');
  const upload = isDisabled ? 0 : settings.get('throttle-upload');
  const download = isDisabled ? 0 : settings.get('throttle-download');
  if (upload === 0 && download === 0 && settings.get('throttle-file') === undefined) return undefined;
  const { scheme } = parseDestinationUrl(url);
  const free = settings.get('throttle-disabled-backends') ?? [];
  if (free.some((name) => name.toLowerCase() === scheme)) return undefined;
  return { upload: new RateLimit(upload), download: new RateLimit(download) };
}

/** What opens volumes. Without encryption there is no passphrase, whatever was given. */
export function readKeys(settings: ProgramSettings): Keys {
  return {
    passphrase: settings.get('no-encryption') ? undefined : settings.get('passphrase'),
    furtherPassphrase: settings.get('no-encryption') ? undefined : settings.get('new-passphrase'),
    gpg: readGpg(settings),
  };
}

function readGpg(settings: ProgramSettings): Keys['gpg'] {
  const given = {
    programPath: settings.get('gpg-program-path'),
    encryptionSwitches: settings.get('gpg-encryption-switches'),
    decryptionSwitches: settings.get('gpg-decryption-switches'),
    encryptionCommand: settings.get('gpg-encryption-command'),
    decryptionCommand: settings.get('gpg-decryption-command'),
    armor: settings.get('gpg-encryption-enable-armor'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The settings of the storage format that the user gave. */
export function readGivenFormat(settings: ProgramSettings): GivenFormat {
  return {
    blocksizeBytes: settings.isGiven('blocksize') ? settings.get('blocksize') : undefined,
    blockHash: settings.isGiven('block-hash-algorithm') ? settings.get('block-hash-algorithm') : undefined,
    fileHash: settings.isGiven('file-hash-algorithm') ? settings.get('file-hash-algorithm') : undefined,
  };
}

/** The settings of the storage format for a new backup. */
export function readDefaultFormat(settings: ProgramSettings): FormatSettings {
  return {
    blocksizeBytes: settings.get('blocksize'),
    blockHash: settings.get('block-hash-algorithm'),
    fileHash: settings.get('file-hash-algorithm'),
  };
}

/** What the destination holds already decides what nobody asked for. */
export interface DestinationHabits {
  /** `undefined` for a new destination. */
  readonly zipMethod: ZipMethod | undefined;
}

const INDEX_POLICIES = { Full: 'full', Lookup: 'lookup', None: 'none' } as const satisfies Record<
  string,
  IndexPolicy
>;

/** How volumes are written. Throws nothing: the options were checked before. */
export function readVolumeSettings(
  settings: ProgramSettings,
  habits: DestinationHabits,
  program: { readonly version: string; readonly nowMs: number; readonly keys: Keys },
): Omit<BlockVolumeSettings, 'format' | 'folder'> {
  return {
    volume: {
      compression: settings.get('compression-module'),
      archive: readArchive(settings, habits, program.nowMs),
      encryption: readEncryption(settings, program.keys),
      fileHash: settings.get('file-hash-algorithm'),
    },
    prefix: settings.get('prefix'),
    dblockSizeBytes: Math.max(SMALLEST_VOLUME_BYTES, settings.get('dblock-size')),
    indexPolicy: INDEX_POLICIES[settings.get('index-file-policy')],
    appVersion: program.version,
    createdMs: program.nowMs,
  };
}

const SMALLEST_VOLUME_BYTES = 1024 * 1024;
const DEFAULT_LEVELS = { ZStandard: 2, Deflate: 9, None: 0 } as const satisfies Record<ZipMethod, number>;
const DEFLATE_LEVELS = 9;

function readArchive(settings: ProgramSettings, habits: DestinationHabits, nowMs: number): ArchiveSettings {
  const modifiedAt = new Date(nowMs);
  const module = settings.get('compression-module');
  if (module === 'tgz')
    return { method: 'Deflate', level: settings.get('tgz-compression-level'), modifiedAt };
  if (module === 'tzstd')
    return { method: 'ZStandard', level: settings.get('tzstd-compression-level'), modifiedAt };
  const method = settings.get('zip-compression-method') ?? habits.zipMethod ?? 'ZStandard';
  const level = settings.get('zip-compression-level') ?? DEFAULT_LEVELS[method];
  return {
    method,
    level: method === 'Deflate' ? Math.min(level, DEFLATE_LEVELS) : Math.max(1, level),
    modifiedAt,
  };
}

/** The keys say whether there is encryption at all: the passphrase may have been typed, so that no option has it. */
function readEncryption(settings: ProgramSettings, { passphrase, gpg }: Keys): Encryption {
  if (passphrase === undefined) return { kind: 'none' };
  if (settings.get('encryption-module') === 'gpg') return { kind: 'gpg', settings: { ...gpg, passphrase } };
  return {
    kind: 'aes',
    passphrase,
    version: settings.get('aes-version') === '3' ? 3 : 2,
    iterations: settings.get('aes-v3-iterations'),
    header: 'full',
  };
}
