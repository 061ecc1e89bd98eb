import { pool } from '../../base/index.ts';
import type { SignalOptions, UploadSource } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { readBytes } from '../support/http/index.ts';
import { requiredText } from '../support/json.ts';
import { bytesSource, readChunks } from '../support/sessions/read-chunks.ts';
import { FULL_CHUNK_BYTES, GROWING_BYTES, MegaChecksum } from './mega-checksum.ts';
import { type MegaClient, megaFailure } from './mega-client.ts';
import { type FileKey, fileCipher, randomFileKey } from './mega-key.ts';

/** Several chunks at once, so that fewer answers are waited for. */
const PART_BYTES = 4 * FULL_CHUNK_BYTES;
const PARTS_AT_ONCE = 2;

/** Bytes that are at the storage, but are no file yet. */
export interface UploadedBytes {
  /** By which a new file takes them. */
  readonly handle: string;
  readonly fileKey: FileKey;
}

/** Sends the bytes of a file, sealed with a key of their own. */
export async function uploadBytes(
  client: MegaClient,
  { name, source }: { readonly name: string; readonly source: UploadSource },
  options: SignalOptions,
): Promise<UploadedBytes> {
  const action = `store '${name}'`;
  const command = { a: 'u', ssl: 2, s: source.sizeBytes, ms: 0, r: 0, e: 0, v: 2 };
  const address = requiredText(await client.call({ ...options, command, action }), 'p');
  const key = randomFileKey();
  const checksum = new MegaChecksum(key);
  const seal = fileCipher(key);
  let handle: string | undefined;
  const parts = async function* (): AsyncGenerator<{ readonly offset: number; readonly sealed: Buffer }> {
    const cut = { ...options, firstBytes: GROWING_BYTES };
    for await (const { offset, bytes } of readChunks(source, PART_BYTES, cut)) {
      checksum.update(bytes);
      yield { offset, sealed: seal(bytes) };
    }
  };
  await pool(PARTS_AT_ONCE, parts(), async ({ offset, sealed }) => {
    const url = new URL(`${address}/${offset}`);
    const request = { ...options, method: 'POST', url, body: bytesSource(sealed) };
    const answer = await readBytes(await client.transfer(request, action));
    handle ??= readHandle(answer, action);
  });
  if (handle === undefined) {
    throw new DestinationError(
      'destination-corrupt',
      `The storage says that '${name}' has not arrived whole.`,
      {
        details: { name },
      },
    );
  }
  return { handle, fileKey: { ...key, checksum: checksum.digest() } };
}

/** Only the part that makes the file complete is answered with a handle; an error is a negative number. */
function readHandle(answer: Buffer, action: string): string | undefined {
  if (answer.length === 0) return undefined;
  const text = answer.toString('latin1');
  if (/^-\d{1,3}$/.test(text)) throw megaFailure({ action }, Number(text));
  return answer.toString('base64url');
}
