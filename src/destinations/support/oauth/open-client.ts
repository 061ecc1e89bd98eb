import type { ProgramSettings } from '../../../options/index.ts';
import type { DestinationRequest } from '../../descriptor.ts';
import { HttpClient, readHttpSettings } from '../http/index.ts';
import { BearerClient, type ErrorReading } from './bearer-client.ts';
import { type OAuthProvider, openTokens } from './open-tokens.ts';

/** A client for a provider whose permission is given in a browser. The destination disposes of `http`. */
export function openClient(
  request: DestinationRequest,
  provider: OAuthProvider,
  errors: ErrorReading,
): { readonly http: HttpClient; readonly client: BearerClient } {
  const http = new HttpClient(readHttpSettings(request.settings), request.log);
  return { http, client: new BearerClient(http, openTokens(request, provider, http), errors) };
}

/** The address of a service, without a slash at its end: the provider's own, unless the user names another. */
export function endpointOf(settings: ProgramSettings, own: string): string {
  return (settings.get('api-endpoint') ?? own).replace(/\/+$/, '');
}
