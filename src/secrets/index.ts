/**
 * Secrets that options only name: the stores that hold them, how an option says that it stands for one, and
 * what is kept for a time when a store cannot be asked. No value is ever written to a log, or handed to
 * another program on its command line.
 */

export type { CacheMode } from './cache.ts';
export type { ProviderDescriptor, SecretContext, SecretProvider } from './provider.ts';
export { expandProviderVariable } from './provider-url.ts';
export { describeSecretProviders, openSecretProvider } from './registry.ts';
export { revealSecrets, type SecretSource } from './reveal-secrets.ts';
export { SecretError, type SecretErrorCode } from './secret-error.ts';
export { parseSecretPattern, type SecretPattern } from './secret-pattern.ts';
export { changeUrlValues } from './url-values.ts';
