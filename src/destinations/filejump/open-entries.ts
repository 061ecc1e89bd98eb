import type { DestinationRequest } from '../descriptor.ts';
import { requireCredentials } from '../support/credentials.ts';
import { HttpClient, readFailure, readHttpSettings } from '../support/http/index.ts';
import { readJson, requiredText } from '../support/json.ts';
import { type AccessTokens, BearerClient, fixedToken, shareTokens } from '../support/oauth/index.ts';
import type { EntriesParts } from './entries.ts';
import type { FilejumpSettings } from './filejump-store.ts';
import { readRefusal } from './read-refusal.ts';

/** How one service differs from the other. */
export interface EntriesService {
  readonly api: string;
  readonly pageFiles: number;
  /** What the login calls the name of this program. */
  readonly deviceField: string;
  readonly hasWorkspaces: boolean;
}

/** Reads URL and options; asks nothing. */
export function openEntries(
  request: DestinationRequest,
  service: EntriesService,
): { readonly parts: EntriesParts; readonly settings: FilejumpSettings } {
  const { settings, log } = request;
  const http = new HttpClient(readHttpSettings(settings), log);
  const api = (settings.get('api-url') ?? service.api).replace(/\/*$/, '/');
  const client = new BearerClient(http, openTokens(request, { ...service, http, api }));
  return {
    parts: {
      client,
      api,
      pageFiles: settings.get('page-size') ?? service.pageFiles,
      workspaceId: service.hasWorkspaces ? settings.get('workspace-id') : undefined,
    },
    settings: { http, deletes: settings.get('soft-delete') ? 'into the trash' : 'for good' },
  };
}

const LOGIN_FAILURE = {
  action: 'log in',
  read: readRefusal,
  hint: 'Check the mail address and the password, or give a token of the account with --api-token.',
} as const;

function openTokens(
  request: DestinationRequest,
  { http, api, deviceField }: EntriesService & { readonly http: HttpClient },
): AccessTokens {
  const token = request.settings.get('api-token');
  if (token !== undefined) return fixedToken(token);
  const names = { user: 'auth-username', password: 'auth-password' } as const;
  const { user: email, password } = requireCredentials(request, {}, names);
  return shareTokens(async () => {
    const response = await http.send({
      method: 'POST',
      url: new URL('auth/login', api),
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ email, password, [deviceField]: 'ashlar' }),
      limit: 'short',
    });
    if (response.status !== 200) throw await readFailure(response, { ...LOGIN_FAILURE, secrets: [password] });
    const text = requiredText(await readJson(response), 'user', 'access_token');
    return { text, lifetimeMs: undefined };
  });
}
