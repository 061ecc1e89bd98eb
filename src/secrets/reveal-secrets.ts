import { errorMessage, type Log } from '../base/index.ts';
import { type CacheMode, openSecretCache, type SecretCache } from './cache.ts';
import type { SecretContext, SecretProvider } from './provider.ts';
import { expandProviderVariable } from './provider-url.ts';
import { openSecretProvider } from './registry.ts';
import { SecretError } from './secret-error.ts';

/** Which provider to ask, and how. */
export interface SecretSource {
  /** The address of the provider, or an environment variable that holds it. */
  readonly url: string;
  readonly cache: CacheMode;
}

/**
 * The values of all those names. The provider is asked first, always; where it cannot be asked, what was kept
 * of earlier answers serves. Throws `secret-missing` when a name has no value, or an empty one, and the
 * errors of the provider.
 */
export async function revealSecrets(
  { url: written, cache: mode }: SecretSource,
  names: readonly string[],
  context: SecretContext & { readonly log: Log },
): Promise<ReadonlyMap<string, string>> {
  const url = expandProviderVariable(written, context.environment);
  const provider = openSecretProvider(url, context);
  const cache = openSecretCache(mode, url, context);
  const found = await readOrRemember(provider, names, { cache, log: context.log });
  const missing = names.filter((name) => (found.get(name) ?? '') === '');
  if (missing.length === 0) return found;
  throw new SecretError('secret-missing', `The secret provider holds no secret '${missing.join("', '")}'.`, {
    details: { names: missing },
    hint: 'Nothing was done. `ashlar secret test` shows what it holds; names are written as the provider has them.',
  });
}

async function readOrRemember(
  provider: SecretProvider,
  names: readonly string[],
  { cache, log }: { readonly cache: SecretCache | undefined; readonly log: Log },
): Promise<ReadonlyMap<string, string>> {
  let found: ReadonlyMap<string, string>;
  try {
    found = await provider.read(names);
  } catch (error) {
    const kept = error instanceof SecretError ? cache?.read() : undefined;
    if (kept === undefined || names.some((name) => !kept.has(name))) throw error;
    log.write(
      'warning',
      'secret-provider-kept',
      `${errorMessage(error)} The values of an earlier run are used.`,
    );
    return kept;
  }
  keep(cache, found, log);
  return found;
}

function keep(cache: SecretCache | undefined, secrets: ReadonlyMap<string, string>, log: Log): void {
  try {
    cache?.keep(secrets);
  } catch (error) {
    log.write(
      'warning',
      'secret-cache-unwritable',
      `The secrets cannot be kept for later: ${errorMessage(error)}.`,
    );
  }
}
