/** What every destination reads that speaks HTTP with a token, for descriptors. */
export const HTTP_OPTION_NAMES = [
  'accept-any-ssl-certificate',
  'accept-specified-ssl-hash',
  'ca-certificate-file',
  'http-proxy',
  'https-proxy',
  'no-proxy',
  'short-timeout',
  'list-timeout',
  'read-write-timeout',
] as const;

/** The same with the options of the login. */
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
