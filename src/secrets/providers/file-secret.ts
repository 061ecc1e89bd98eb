import { errorCode } from '../../base/index.ts';
import { PasswordError } from '../../crypto/index.ts';
import type { OpenProvider, ProviderDescriptor } from '../provider.ts';
import { SecretError } from '../secret-error.ts';
import { readSecretFile, writeSecretFile } from '../secret-file.ts';

export const FILE_SECRET: ProviderDescriptor = {
  scheme: 'file-secret',
  displayName: 'A file of secrets',
  urlForms: ['file-secret:///path/secrets.json', 'file-secret:///path/secrets.json.aes?passphrase=...'],
  parameters: {
    passphrase: 'opens a file that is encrypted as AES Crypt does; secrets are only stored with one',
  },
  canStore: true,
};

/** A file that holds one JSON object of names and values, plain or in AES Crypt's format. */
export const openFileSecret: OpenProvider = ({ address: path, query }) => {
  const passphrase = query['passphrase'];
  const read = (): ReadonlyMap<string, string> => {
    try {
      return readSecretFile(path, passphrase);
    } catch (error) {
      throw unreadable(path, error);
    }
  };
  return {
    read: async (names) => {
      const secrets = read();
      return new Map(
        names.flatMap((name) => {
          const value = secrets.get(name);
          return value === undefined ? [] : [[name, value] as const];
        }),
      );
    },
    ...(passphrase === undefined
      ? {}
      : {
          store: async (name: string, value: string) => {
            const secrets = new Map(readIfThere(read)).set(name, value);
            writeSecretFile(path, passphrase, secrets);
          },
        }),
  };
};

function readIfThere(read: () => ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  try {
    return read();
  } catch (error) {
    if (error instanceof SecretError && errorCode(error.cause) === 'ENOENT') return new Map();
    throw error;
  }
}

function unreadable(path: string, cause: unknown): SecretError {
  if (cause instanceof SecretError) return cause;
  if (cause instanceof PasswordError) {
    return new SecretError(
      'secret-provider-refused',
      `The passphrase does not open the file of secrets '${path}'.`,
      {
        details: { path },
        hint: 'Check the passphrase in the address of the provider; write characters such as & and % as %26 and %25.',
        cause,
      },
    );
  }
  return new SecretError('secret-provider-unreachable', `Cannot read the file of secrets '${path}'.`, {
    details: { path, reason: errorCode(cause) ?? null },
    hint: 'It must be one JSON object of names and texts, plain or encrypted as AES Crypt does, that this user may read.',
    cause,
  });
}
