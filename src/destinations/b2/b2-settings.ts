import type { DestinationRequest } from '../descriptor.ts';
import { DestinationError } from '../destination-error.ts';
import { type Credentials, requireCredentials } from '../support/credentials.ts';

export interface B2Settings {
  /** The address where an account is authorized, without a slash at its end. */
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly bucket: string;
  /** Of every name; empty, or ends in a slash. */
  readonly prefix: string;
  readonly bucketType: string;
  readonly pageFiles: number;
  readonly lockMode: 'governance' | 'compliance';
}

/** Reads `b2://bucket/folder`. Throws `destination-url-invalid` or `destination-incomplete`. */
export function readB2Settings(request: DestinationRequest): B2Settings {
  const { url, settings } = request;
  const { host: bucket = '' } = url;
  if (bucket === '') {
    throw new DestinationError('destination-url-invalid', 'A b2:// destination needs a bucket.', {
      hint: 'The form is b2://bucket/folder.',
    });
  }
  const endpoint = settings.get('b2-endpoint');
  if (!URL.canParse(endpoint) || !/^https?:/i.test(endpoint)) {
    throw new DestinationError('destination-url-invalid', `'${endpoint}' is no address of a storage.`, {
      hint: 'Check the option --b2-endpoint.',
    });
  }
  const folders = url.path.split('/').filter((part) => part !== '');
  return {
    endpoint: endpoint.replace(/\/+$/, ''),
    credentials: requireCredentials(
      request,
      { user: settings.get('b2-accountid'), password: settings.get('b2-applicationkey') },
      { user: 'b2-accountid', password: 'b2-applicationkey' },
    ),
    bucket,
    prefix: folders.map((part) => `${part}/`).join(''),
    bucketType: settings.get('b2-create-bucket-type'),
    pageFiles: settings.get('b2-page-size'),
    lockMode: settings.get('b2-lock-mode') === 'Compliance' ? 'compliance' : 'governance',
  };
}
