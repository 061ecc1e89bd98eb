import type { SignalOptions, UploadSource } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { change, type EntriesParts, type Entry, parentIdOf, storedEntry } from '../filejump/entries.ts';
import { discardBody, type FailureContext, headerOf } from '../support/http/index.ts';
import { type JsonObject, objectsAt, requiredText } from '../support/json.ts';
import { bytesSource, readChunks } from '../support/sessions/read-chunks.ts';

/** At least what storages of this kind take, and so much that asking for the address of a part costs little. */
const PART_BYTES = 16 * 1024 * 1024;

/** An upload that has begun, as every later request names it. */
interface Session {
  readonly key: string;
  readonly uploadId: string;
}

interface SentPart {
  readonly PartNumber: number;
  readonly ETag: string;
}

/**
 * Stores a file in parts: each goes to an address that the service gives out for it and that is its own
 * permission. An upload that fails is called off, so that nothing of it is kept.
 */
export async function uploadInParts(
  parts: EntriesParts,
  folderId: string,
  { name, source }: { readonly name: string; readonly source: UploadSource },
  options: SignalOptions,
): Promise<Entry> {
  const failure: FailureContext = { action: `store '${name}'`, missing: 'destination-folder-missing' };
  const ask = (verb: string, body: JsonObject): Promise<JsonObject> =>
    parts.client.json(change(parts, 'POST', verb, body, { ...options, failure }));
  const where = {
    parentId: parentIdOf(folderId),
    ...(parts.workspaceId === undefined ? {} : { workspaceId: parts.workspaceId }),
  };
  const kind = { mime: 'application/octet-stream', extension: extensionOf(name) };
  const begun = await ask('s3/multipart/create', {
    filename: name,
    size: source.sizeBytes,
    ...kind,
    ...where,
  });
  const session = { key: requiredText(begun, 'key'), uploadId: requiredText(begun, 'uploadId') };
  try {
    const sent = await sendParts(parts, { session, source, ask, failure }, options);
    await ask('s3/multipart/complete', { ...session, parts: sent });
  } catch (error) {
    // Called off without the signal, which may be why it failed; what failed first is what counts.
    const request = change(parts, 'POST', 's3/multipart/abort', { ...session }, { failure });
    await parts.client.done(request).catch(() => {});
    throw error;
  }
  const answer = await ask('s3/entries', {
    filename: session.key.slice(session.key.lastIndexOf('/') + 1),
    size: source.sizeBytes,
    clientName: name,
    clientMime: kind.mime,
    clientExtension: kind.extension,
    ...where,
  });
  return storedEntry(answer);
}

interface PartsToSend {
  readonly session: Session;
  readonly source: UploadSource;
  readonly ask: (verb: string, body: JsonObject) => Promise<JsonObject>;
  readonly failure: FailureContext;
}

async function sendParts(
  { client }: EntriesParts,
  { session, source, ask, failure }: PartsToSend,
  options: SignalOptions,
): Promise<readonly SentPart[]> {
  const sent: SentPart[] = [];
  for await (const { bytes } of readChunks(source, PART_BYTES, options)) {
    const PartNumber = sent.length + 1;
    const signed = await ask('s3/multipart/batch-sign-part-urls', { ...session, partNumbers: [PartNumber] });
    const [address] = objectsAt(signed, 'urls');
    const response = await client.sendPlain({
      ...options,
      method: 'PUT',
      url: new URL(requiredText(address, 'url')),
      body: bytesSource(bytes),
      limit: 'transfer',
    });
    if (response.status !== 200) throw await client.failure(response, failure);
    await discardBody(response);
    const ETag = headerOf(response, 'etag');
    if (ETag === undefined) {
      throw new DestinationError('destination-unreachable', 'The server did not say that it has a part.');
    }
    sent.push({ PartNumber, ETag });
  }
  return sent;
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 && dot < name.length - 1 ? name.slice(dot + 1) : 'bin';
}
