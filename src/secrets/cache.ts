import { scryptSync } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { SecretContext } from './provider.ts';
import { readSecretFile, writeSecretFile } from './secret-file.ts';

/** Where values that a provider gave are kept, for a time when it cannot be asked. */
export type CacheMode = 'None' | 'InMemory' | 'Persistent';

export interface SecretCache {
  /** What is kept; empty where nothing is, or where it cannot be read. */
  read(): ReadonlyMap<string, string>;
  /** Keeps values beside those that are kept already. Throws file errors. */
  keep(secrets: ReadonlyMap<string, string>): void;
}

/** For each address of a provider, as long as the process lives. */
const memory = new Map<string, ReadonlyMap<string, string>>();

const KEY_BYTES = 32;
const NAME_BYTES = 16;

/** The cache for the provider at an address; `undefined` where nothing is to be kept. */
export function openSecretCache(
  mode: CacheMode,
  url: string,
  context: Pick<SecretContext, 'temporaryFolder'>,
): SecretCache | undefined {
  if (mode === 'None') return undefined;
  return mode === 'InMemory' ? memoryCache(url) : fileCache(url, context.temporaryFolder);
}

function memoryCache(url: string): SecretCache {
  const read = () => memory.get(url) ?? new Map<string, string>();
  return { read, keep: (secrets) => void memory.set(url, new Map([...read(), ...secrets])) };
}

/**
 * An encrypted file. Its name and its key come from the address and this machine's name, so that whoever has
 * neither finds nothing in it, and another address does not open it.
 */
function fileCache(url: string, folder: string): SecretCache {
  // Slow on purpose: the file must not help anybody to guess what is secret in the address.
  const derived = scryptSync(url, hostname(), NAME_BYTES + KEY_BYTES);
  const path = join(folder, `ashlar-secrets-${derived.toString('hex', 0, NAME_BYTES)}.aes`);
  const key = derived.toString('hex', NAME_BYTES);
  const read = (): ReadonlyMap<string, string> => {
    try {
      return readSecretFile(path, key);
    } catch {
      // Missing or damaged: nothing is kept.
      return new Map();
    }
  };
  return { read, keep: (secrets) => writeSecretFile(path, key, new Map([...read(), ...secrets])) };
}
