import type { DestinationRequest } from '../descriptor.ts';
import { DestinationError } from '../destination-error.ts';
import { findCredentials, missingOption } from '../support/credentials.ts';
import type { AzureAuthorization } from './authorization.ts';

export interface AzureSettings {
  /** The blob service of the account, without a slash at its end. */
  readonly endpoint: string;
  readonly container: string;
  readonly authorization: AzureAuthorization;
  readonly accessTier: string | undefined;
  readonly lockMode: 'Unlocked' | 'Locked';
}

/**
 * Reads `azure://container`. As in Duplicati, the name of the container is taken in lower case, and a path
 * behind it means nothing. Throws `destination-url-invalid` or `destination-incomplete`.
 */
export function readAzureSettings(request: DestinationRequest): AzureSettings {
  const { url, settings } = request;
  const { host: container = '' } = url;
  if (container === '') {
    throw new DestinationError('destination-url-invalid', 'An azure:// destination needs a container.', {
      hint: 'The form is azure://container.',
    });
  }
  const { user: account, password: key } = findCredentials(request, {
    user: settings.get('azure-account-name'),
    password: settings.get('azure-access-key'),
  });
  if (account === undefined) throw missingOption(request, 'azure-account-name');
  const endpoint = settings.get('azure-endpoint') || `https://${account}.blob.core.windows.net`;
  if (!URL.canParse(endpoint) || !/^https?:/i.test(endpoint)) {
    throw new DestinationError('destination-url-invalid', `'${endpoint}' is no address of a blob service.`, {
      hint: 'Check the option --azure-endpoint.',
    });
  }
  const token = settings.get('azure-access-sas-token')?.replace(/^\?/, '') || undefined;
  if (token === undefined && key === undefined) throw missingOption(request, 'azure-access-key');
  return {
    endpoint: endpoint.replace(/\/+$/, ''),
    container: container.toLowerCase(),
    authorization:
      token === undefined
        ? { kind: 'key', account, key: Buffer.from(key ?? '', 'base64') }
        : { kind: 'signature', token },
    accessTier: settings.get('azure-access-tier') || undefined,
    lockMode: settings.get('azure-blob-immutability-policy-mode'),
  };
}
