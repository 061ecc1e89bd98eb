/** The options that every destination over HTTP reads, for descriptors. */
export const HTTP_OPTION_NAMES = [
  'accept-any-ssl-certificate',
  'accept-specified-ssl-hash',
  'ca-certificate-file',
  'http-proxy',
  'https-proxy',
  'all-proxy',
  'no-proxy',
  'short-timeout',
  'list-timeout',
  'read-write-timeout',
] as const;
