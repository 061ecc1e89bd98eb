import { HTTP_OPTION_NAMES } from '../http/option-names.ts';

/** Those of every destination over HTTP, with the options of the login. */
export const CLOUD_OPTION_NAMES = [
  'authid',
  'oauth-url',
  'oauth-client-id',
  'oauth-client-secret',
  'oauth-refresh-token',
  'oauth-token-url',
  'api-endpoint',
  ...HTTP_OPTION_NAMES,
] as const;
