import type { SignalOptions, UploadSource } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { discardBody, headerOf, readText } from '../support/http/index.ts';
import { SourceParts } from '../support/source-parts.ts';
import { escapeXml, parseXml, textOf } from '../support/xml.ts';
import { readLateFailure, type S3Client } from './s3-client.ts';

const LARGEST_USUAL_PART_BYTES = 64 * 1024 * 1024;
const MAX_PARTS = 10_000;

export interface MultipartUpload {
  readonly key: string;
  readonly action: string;
  readonly source: UploadSource;
  readonly headers: Readonly<Record<string, string>>;
  /** Parts are at least this long, except the last. */
  readonly smallestPartBytes: number;
}

/**
 * Stores a file in parts, one after another. It appears when the last one is confirmed; a failure takes the
 * parts away.
 */
export async function uploadInParts(
  client: S3Client,
  upload: MultipartUpload,
  options: SignalOptions,
): Promise<void> {
  const { key, action, source } = upload;
  const uploadId = await begin(client, upload, options);
  try {
    const tags: string[] = [];
    const parts = new SourceParts(source, partBytes(upload));
    for await (const body of parts) {
      const query = { partNumber: String(tags.length + 1), uploadId };
      const request = { ...options, method: 'PUT', key, query, body, limit: 'transfer' } as const;
      const response = await client.expect(request, action, [200]);
      tags.push(headerOf(response, 'etag') ?? '');
      await discardBody(response);
    }
    const list = tags.map(
      (tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(tag)}</ETag></Part>`,
    );
    const body = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`;
    // The storage may need a while to put the parts together.
    const request = { ...options, method: 'POST', key, query: { uploadId }, body, limit: 'list' } as const;
    await readLateFailure(client, await client.expect(request, action, [200]), action);
  } catch (error) {
    await abandon(client, key, uploadId);
    throw error;
  }
}

async function begin(
  client: S3Client,
  { key, action, headers }: MultipartUpload,
  options: SignalOptions,
): Promise<string> {
  const request = {
    ...options,
    method: 'POST',
    key,
    query: { uploads: '' },
    headers,
    limit: 'short',
  } as const;
  const body = await readText(await client.expect(request, action, [200]));
  const id = textOf(parseXml(body), 'UploadId');
  if (id !== undefined) return id;
  throw new DestinationError('destination-unreachable', `Cannot ${action}: the server gave no upload id.`);
}

function partBytes({ source, smallestPartBytes }: MultipartUpload): number {
  const usual = Math.min(LARGEST_USUAL_PART_BYTES, smallestPartBytes);
  return Math.max(usual, Math.ceil(source.sizeBytes / MAX_PARTS));
}

/** The failure that led here is what the caller has to hear of. */
async function abandon(client: S3Client, key: string, uploadId: string): Promise<void> {
  try {
    await discardBody(await client.send({ method: 'DELETE', key, query: { uploadId }, limit: 'short' }));
  } catch {}
}
