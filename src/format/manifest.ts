import { decodeText, encodeTextWithBom, FormatError } from '../base/index.ts';
import { type HashAlgorithm, parseHashAlgorithm } from '../crypto/index.ts';
import { isSize, parseJsonObject, quoteJson } from './json-text.ts';
import { formatRemoteTime, parseRemoteTime } from './remote-time.ts';

/** The settings that all volumes of a backup share for its whole life. */
export interface FormatSettings {
  readonly blocksizeBytes: number;
  /** Names blocks and blocklists. */
  readonly blockHash: HashAlgorithm;
  /** Names whole files, metadata blobs and volumes. */
  readonly fileHash: HashAlgorithm;
}

export interface Manifest extends FormatSettings {
  /** Milliseconds since 1970, whole seconds; informational. */
  readonly createdMs?: number;
  /** The version of the program that wrote the volume; informational. */
  readonly appVersion?: string;
}

/** The entry that every volume starts with. */
export const MANIFEST_ENTRY = 'manifest';

const NEWEST_VERSION = 2;
const ENCODING = 'utf8';
const LARGEST_BLOCKSIZE_BYTES = 2 ** 31 - 1;

/** The bytes of a `manifest` entry (storage format 2.2). */
export function writeManifest(manifest: Required<Manifest>): Buffer {
  const { blocksizeBytes, blockHash, fileHash } = manifest;
  return encodeTextWithBom(
    `{"Version":${NEWEST_VERSION},"Created":"${formatRemoteTime(manifest.createdMs)}","Encoding":"${ENCODING}"` +
      `,"Blocksize":${blocksizeBytes},"BlockHash":"${blockHash}","FileHash":"${fileHash}"` +
      `,"AppVersion":${quoteJson(manifest.appVersion)}}`,
  );
}

/**
 * What a `manifest` entry says. Versions 0 to 2 are taken, keys in any order, unknown ones ignored. Throws a
 * `FormatError` `volume-corrupt` for bytes that are no manifest and `volume-unsupported` for a manifest of
 * another kind than this program knows.
 */
export function parseManifest(bytes: Uint8Array, volumeName: string): Manifest {
  const json = parseJsonObject(decodeText(bytes));
  if (json === undefined) {
    throw new FormatError('volume-corrupt', `The manifest of volume '${volumeName}' is not a JSON object.`, {
      details: { volume: volumeName },
    });
  }
  const version = json['Version'] ?? 0;
  if (typeof version !== 'number' || version > NEWEST_VERSION) refuse('version', version, volumeName);
  if (json['Encoding'] !== ENCODING) refuse('encoding', json['Encoding'], volumeName);
  const blocksizeBytes = json['Blocksize'];
  if (!isSize(blocksizeBytes) || blocksizeBytes < 1 || blocksizeBytes > LARGEST_BLOCKSIZE_BYTES) {
    refuse('blocksize', blocksizeBytes, volumeName);
  }
  const created = json['Created'];
  const createdMs = typeof created === 'string' ? parseRemoteTime(created) : undefined;
  const appVersion = json['AppVersion'];
  return {
    blocksizeBytes,
    blockHash: readAlgorithm('block hash', json['BlockHash'], volumeName),
    fileHash: readAlgorithm('file hash', json['FileHash'], volumeName),
    ...(createdMs === undefined ? {} : { createdMs }),
    ...(typeof appVersion === 'string' ? { appVersion } : {}),
  };
}

/** Throws a `FormatError` `manifest-mismatch` unless the volume was written with the settings of this backup. */
export function checkManifest(manifest: FormatSettings, expected: FormatSettings, volumeName: string): void {
  const facts = [
    ['blocksize', manifest.blocksizeBytes, expected.blocksizeBytes],
    ['block hash', manifest.blockHash, expected.blockHash],
    ['file hash', manifest.fileHash, expected.fileHash],
  ] as const;
  for (const [fact, found, wanted] of facts) {
    if (found === wanted) continue;
    throw new FormatError(
      'manifest-mismatch',
      `Cannot use volume '${volumeName}': its manifest says ${fact} ${found}, this backup uses ${wanted}.`,
      {
        details: { volume: volumeName, found, expected: wanted },
        hint: `Give the ${fact} that the backup was made with, or leave the option out: it is then read from the destination.`,
      },
    );
  }
}

function readAlgorithm(fact: string, value: unknown, volumeName: string): HashAlgorithm {
  const algorithm = typeof value === 'string' ? parseHashAlgorithm(value) : undefined;
  return algorithm ?? refuse(fact, value, volumeName);
}

function refuse(fact: string, value: unknown, volumeName: string): never {
  const shown = value === undefined ? 'no value' : JSON.stringify(value);
  throw new FormatError(
    'volume-unsupported',
    `Cannot read volume '${volumeName}': the ${fact} in its manifest is ${shown}, which is not supported.`,
    { details: { volume: volumeName }, hint: 'A newer version of the program may be able to read it.' },
  );
}
