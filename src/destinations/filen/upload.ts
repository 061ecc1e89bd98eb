import { createHash, randomUUID } from 'node:crypto';
import { pool, systemClock } from '../../base/index.ts';
import type { SignalOptions, UploadSource } from '../destination.ts';
import { checkStored } from '../support/hashed-source.ts';
import { type JsonObject, numberAt, textAt } from '../support/json.ts';
import { bytesSource, readChunks } from '../support/sessions/read-chunks.ts';
import type { FilenAccount } from './account.ts';
import { CHUNK_BYTES } from './chunks.ts';
import type { FilenClient } from './filen-client.ts';
import { describeFile, type FilenFile } from './filen-file.ts';
import { FilenKey, randomLetters } from './filen-key.ts';

/** Chunks on their way at the same time: they are small, and each waits for an answer. */
const CHUNKS_AT_ONCE = 4;

export interface FilenUpload {
  readonly folderId: string;
  readonly name: string;
  readonly source: UploadSource;
}

/** A sealed part of a file. */
interface Part {
  readonly index: number;
  readonly sealed: Buffer;
}

/**
 * Stores a file sealed with a key of its own. The server checks the hash of every part, and has no file
 * before it is told that it is complete.
 */
export async function uploadFile(
  client: FilenClient,
  account: FilenAccount,
  { folderId, name, source }: FilenUpload,
  options: SignalOptions,
): Promise<FilenFile> {
  const about = { ...options, action: `store '${name}'` };
  const key = FilenKey.random(account.key.version);
  const [id, uploadKey] = [randomUUID(), randomLetters(32)];
  let where: JsonObject = {};
  let chunkCount = 0;
  const send = async ({ index, sealed }: Part): Promise<void> => {
    const hash = createHash('sha512').update(sealed).digest('hex');
    const query = { uuid: id, index: String(index), parent: folderId, uploadKey, hash };
    where = await client.upload(query, bytesSource(sealed), about);
    chunkCount += 1;
  };
  await pool(CHUNKS_AT_ONCE, sealChunks(source, key, options), send);
  const age = systemClock.now();
  const file = { id, name, sizeBytes: source.sizeBytes, modifiedAtMs: age, age, key };
  const body = {
    uuid: id,
    parent: folderId,
    ...(chunkCount === 0 ? {} : { chunks: chunkCount, rm: randomLetters(32), uploadKey }),
    size: key.sealText(String(source.sizeBytes)),
    mime: key.sealText('application/octet-stream'),
    version: key.version,
    ...sealNames(account, file),
  };
  const path = chunkCount === 0 ? 'upload/empty' : 'upload/done';
  const stored = await client.call({ ...about, path, body });
  checkStored(name, { sizeBytes: numberAt(stored, 'chunks') }, { sizeBytes: chunkCount });
  return { ...file, chunkCount, path: `${textAt(where, 'region')}/${textAt(where, 'bucket')}/${id}` };
}

/** Everything in a call that tells the name of a file. */
export function sealNames(
  account: FilenAccount,
  file: Pick<FilenFile, 'name' | 'sizeBytes' | 'age' | 'key'>,
): JsonObject {
  return {
    name: file.key.sealText(file.name),
    nameHashed: account.hashName(file.name),
    metadata: account.key.sealText(describeFile(file)),
  };
}

async function* sealChunks(
  source: UploadSource,
  key: FilenKey,
  options: SignalOptions,
): AsyncGenerator<Part> {
  let index = 0;
  for await (const { bytes } of readChunks(source, CHUNK_BYTES, options)) {
    // An empty file has no chunks at all.
    if (bytes.byteLength > 0) yield { index, sealed: key.sealBytes(bytes) };
    index += 1;
  }
}
