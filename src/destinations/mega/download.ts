import type { ByteRange } from '../abilities.ts';
import type { SignalOptions } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { type HttpResponse, readBytes } from '../support/http/index.ts';
import { numberAt, requiredText } from '../support/json.ts';
import { MegaChecksum } from './mega-checksum.ts';
import type { MegaClient } from './mega-client.ts';
import { fileCipher, splitFileKey } from './mega-key.ts';
import type { MegaFile } from './mega-nodes.ts';

/**
 * The bytes of a file. Throws `destination-corrupt` at their end where their checksum is not that of the
 * file's key.
 */
export async function openFile(
  client: MegaClient,
  file: MegaFile,
  options: SignalOptions,
): Promise<AsyncIterable<Uint8Array>> {
  const { address, sizeBytes } = await findBytes(client, file, options);
  if (sizeBytes === 0) return (async function* () {})();
  const response = await readFrom(client, file, `${address}/0-${sizeBytes - 1}`, options);
  return openAll(response, file);
}

/** Exactly the bytes of a range, without a checksum, which only the whole file has. */
export async function readFileRange(
  client: MegaClient,
  file: MegaFile,
  { offset, length }: ByteRange,
  options: SignalOptions,
): Promise<Uint8Array> {
  const { address, sizeBytes } = await findBytes(client, file, options);
  if (offset + length > sizeBytes) {
    throw new DestinationError('destination-corrupt', `'${file.name}' ends before byte ${offset + length}.`, {
      details: { name: file.name, offset, length },
    });
  }
  if (length === 0) return Buffer.alloc(0);
  const response = await readFrom(client, file, `${address}/${offset}-${offset + length - 1}`, options);
  return fileCipher(splitFileKey(file.storedKey), offset)(await readBytes(response));
}

async function findBytes(
  client: MegaClient,
  { id, name }: MegaFile,
  options: SignalOptions,
): Promise<{ readonly address: string; readonly sizeBytes: number }> {
  const command = { a: 'g', g: 1, n: id, ssl: 2 };
  const action = `read '${name}'`;
  const missing = 'destination-file-missing';
  const answer = await client.call({ ...options, command, action, missing });
  return { address: requiredText(answer, 'g'), sizeBytes: numberAt(answer, 's') ?? 0 };
}

function readFrom(
  client: MegaClient,
  { name }: MegaFile,
  address: string,
  options: SignalOptions,
): Promise<HttpResponse> {
  return client.transfer({ ...options, method: 'GET', url: new URL(address) }, `read '${name}'`);
}

async function* openAll({ body }: HttpResponse, { name, storedKey }: MegaFile): AsyncGenerator<Uint8Array> {
  const key = splitFileKey(storedKey);
  const open = fileCipher(key);
  const checksum = new MegaChecksum(key);
  for await (const piece of body) {
    const bytes = open(piece);
    checksum.update(bytes);
    yield bytes;
  }
  if (checksum.digest().equals(key.checksum)) return;
  throw new DestinationError('destination-corrupt', `'${name}' was changed after it was sealed.`, {
    details: { name },
  });
}
