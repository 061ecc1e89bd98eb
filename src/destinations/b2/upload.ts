import { createHash } from 'node:crypto';
import type { SignalOptions, UploadSource } from '../destination.ts';
import { encodePathParts } from '../support/encode-path.ts';
import { readJson, requiredText } from '../support/json.ts';
import { wrongLength } from '../support/wrong-length.ts';
import type { B2Client } from './b2-client.ts';

interface UploadPlace {
  readonly url: URL;
  readonly token: string;
}

const SHA1_DIGITS = 40;

/**
 * Uploads to one bucket. The storage gives a place for each; one place serves one upload after another until
 * one fails.
 */
export class B2Uploads {
  readonly #client: B2Client;
  readonly #free: UploadPlace[] = [];

  constructor(client: B2Client) {
    this.#client = client;
  }

  /** Stores a file and gives the id of its new version. The storage compares its SHA-1, which follows the bytes. */
  async upload(
    bucketId: string,
    file: { readonly path: string; readonly source: UploadSource; readonly action: string },
    { signal }: SignalOptions,
  ): Promise<string> {
    const { path, source, action } = file;
    const place = this.#free.pop() ?? (await this.#findPlace(bucketId, action, { signal }));
    const response = await this.#client.send({
      method: 'POST',
      url: place.url,
      headers: {
        authorization: place.token,
        'content-type': 'application/octet-stream',
        'x-bz-file-name': encodePathParts(path),
        'x-bz-content-sha1': 'hex_digits_at_end',
      },
      body: withHashAtEnd(source),
      limit: 'transfer',
      signal,
    });
    if (response.status !== 200) {
      // A place that is used up says so by 401, which is no matter of the login; the next try gets another one.
      const meant = response.status === 401 ? { ...response, status: 503 } : response;
      throw await this.#client.failure(meant, action);
    }
    const fileId = requiredText(await readJson(response), 'fileId');
    this.#free.push(place);
    return fileId;
  }

  async #findPlace(bucketId: string, action: string, { signal }: SignalOptions): Promise<UploadPlace> {
    const call = { limit: 'short', signal } as const;
    const answer = await this.#client.call('b2_get_upload_url', () => ({ bucketId }), action, call);
    return {
      url: new URL(requiredText(answer, 'uploadUrl')),
      token: requiredText(answer, 'authorizationToken'),
    };
  }
}

/**
 * The bytes of a source, and behind them their SHA-1 in hex. The length is checked here, because the hash
 * would hide a wrong one.
 */
function withHashAtEnd(source: UploadSource): UploadSource {
  return {
    sizeBytes: source.sizeBytes + SHA1_DIGITS,
    open: async function* () {
      const hash = createHash('sha1');
      let sizeBytes = 0;
      for await (const piece of source.open()) {
        sizeBytes += piece.byteLength;
        if (sizeBytes > source.sizeBytes) break;
        hash.update(piece);
        yield piece;
      }
      if (sizeBytes !== source.sizeBytes) throw wrongLength(sizeBytes, source.sizeBytes);
      yield Buffer.from(hash.digest('hex'), 'ascii');
    },
  };
}
