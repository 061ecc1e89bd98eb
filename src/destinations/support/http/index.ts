export * from './http-client.ts';
export * from './http-message.ts';
export { plainWords } from './plain-words.ts';
export * from './response-failure.ts';
export { parseRetryAfter } from './retry-after.ts';
export type { TlsSettings } from './tls-settings.ts';
