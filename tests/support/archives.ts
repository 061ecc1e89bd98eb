import assert from 'node:assert/strict';
import { accessBytes, memoryScratch } from '../../src/base/index.ts';
import {
  type ArchiveModule,
  type ArchiveReader,
  type ArchiveSettings,
  type ArchiveWriter,
  createArchiveWriter,
  openArchive,
  ReadMemory,
} from '../../src/compression/index.ts';

/** Settings of an archive whose bytes do not depend on when it is written. */
export const DEFLATE: ArchiveSettings = {
  method: 'Deflate',
  level: 9,
  modifiedAt: new Date(2026, 0, 2, 3, 4, 6),
};
export const ZSTD: ArchiveSettings = { ...DEFLATE, method: 'ZStandard', level: 3 };
export const NONE: ArchiveSettings = { ...DEFLATE, method: 'None' };
export const TZSTD: ArchiveSettings = { ...ZSTD, level: 10 };
export const TGZ: ArchiveSettings = { ...DEFLATE, level: 2 };

/** The bytes of the archive that `fill` adds entries to. */
export function makeArchive(
  module: ArchiveModule,
  settings: ArchiveSettings,
  fill: (writer: ArchiveWriter) => void,
): Buffer {
  const pieces: Buffer[] = [];
  using writer = createArchiveWriter(module, (bytes) => void pieces.push(Buffer.from(bytes)), settings);
  fill(writer);
  writer.finish();
  return Buffer.concat(pieces);
}

/** Opens an archive in memory, as volume `v`. */
export function openBytes(
  module: ArchiveModule,
  bytes: Uint8Array,
  maxUnpackedBytes = 1e9,
): Promise<ArchiveReader> {
  return openArchive(module, accessBytes(bytes), {
    volumeName: 'v',
    scratch: memoryScratch,
    maxUnpackedBytes,
  });
}

/** All contents by name. */
export function readEntries(reader: ArchiveReader): Map<string, Buffer> {
  const memory = new ReadMemory();
  return new Map(
    reader.entries.map((entry) => {
      const content = reader.read(entry, 1e9);
      assert.deepEqual(reader.read(entry, 1e9, memory), content, 'memory used again holds the same content');
      return [entry.name, content] as const;
    }),
  );
}

/** The content of an entry, taken in pieces. */
export function joinPieces(pieces: Iterable<Uint8Array>): Buffer {
  return Buffer.concat([...Iterator.from(pieces).map((piece) => Buffer.from(piece))]);
}
