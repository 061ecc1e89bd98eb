import { asBuffer, decodeText, FormatError, fromBase64, toBase64 } from '../base/index.ts';
import type { DindexVolume, VolumeProof } from './dindex.ts';
import { scanDindexVolume } from './dindex-scan.ts';
import { isJsonObject, isSize, parseJsonObject } from './json-text.ts';
import { BlockPacker, type BlockReference } from './packed-blocks.ts';
import { textPieces } from './text-pieces.ts';

/** The bytes of a `vol/` entry (storage format 2.4), without a byte order mark, blocks in the given order. */
export function writeDindexVolume(blocks: Iterable<BlockReference>, proof?: VolumeProof): Buffer {
  return Buffer.concat([...textPieces(dindexVolumeTexts(blocks, proof))]);
}

function* dindexVolumeTexts(blocks: Iterable<BlockReference>, proof?: VolumeProof): Generator<string> {
  yield '{"blocks":[';
  let separator = '';
  for (const block of blocks) {
    yield `${separator}{"hash":"${toBase64(block.hash)}","size":${block.sizeBytes}}`;
    separator = ',';
  }
  yield proof === undefined
    ? ']}'
    : `],"volumehash":"${toBase64(proof.hash)}","volumesize":${proof.sizeBytes}}`;
}

/**
 * What a `vol/` entry says. Text in Duplicati's own form is read straight from the bytes; any other order of
 * keys or spacing is taken too, only slower. Throws a `FormatError` `volume-corrupt` that names `volumeName`,
 * the dindex, where the bytes say anything else.
 */
export function parseDindexVolume(
  bytes: Uint8Array,
  hashSizeBytes: number,
  volumeName: string,
): DindexVolume {
  const volume = scanDindexVolume(asBuffer(bytes), hashSizeBytes) ?? parseSlowly(bytes, hashSizeBytes);
  if (volume !== undefined) return volume;
  throw new FormatError('volume-corrupt', `A list of blocks in index volume '${volumeName}' is damaged.`, {
    details: { volume: volumeName },
    hint: 'Nothing is lost: the blocks are listed again from the dblock itself.',
  });
}

function parseSlowly(bytes: Uint8Array, hashSizeBytes: number): DindexVolume | undefined {
  const json = parseJsonObject(decodeText(bytes));
  const elements = json?.['blocks'];
  if (json === undefined || !Array.isArray(elements)) return undefined;
  const packer = new BlockPacker(hashSizeBytes, elements.length);
  for (const element of elements as readonly unknown[]) {
    const hash = isJsonObject(element) ? readHash(element['hash']) : undefined;
    const sizeBytes = isJsonObject(element) ? element['size'] : undefined;
    if (hash?.length !== hashSizeBytes || !isBlockSize(sizeBytes)) return undefined;
    packer.add(hash, sizeBytes);
  }
  const blocks = packer.finish();
  const hash = readHash(json['volumehash']);
  const sizeBytes = json['volumesize'];
  if (hash !== undefined && isSize(sizeBytes)) return { blocks, proof: { hash, sizeBytes } };
  return json['volumehash'] == null ? { blocks } : undefined;
}

function readHash(value: unknown): Buffer | undefined {
  return typeof value === 'string' ? fromBase64(value) : undefined;
}

function isBlockSize(value: unknown): value is number {
  return isSize(value) && value < 2 ** 32;
}
