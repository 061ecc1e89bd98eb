import type { OpenProvider, ProviderDescriptor } from '../provider.ts';
import { SecretError } from '../secret-error.ts';
import { runTool, type ToolEnd } from '../support/run-tool.ts';
import { readEach } from '../support/search-vaults.ts';

export const LIBSECRET: ProviderDescriptor = {
  scheme: 'libsecret',
  displayName: 'The keyring of the desktop (libsecret)',
  urlForms: ['libsecret://'],
  parameters: {
    service: 'the attribute by which the secrets of a program are told apart; default ashlar',
    collection: 'the keyring that secrets are stored in; default default',
  },
  canStore: true,
};

const PROGRAM = 'secret-tool';

/**
 * Items of the Secret Service with the attributes `service` and `key`, the latter being the name, through
 * libsecret's own program.
 */
export const openLibsecret: OpenProvider = ({ query }, context) => {
  const service = query['service'] ?? 'ashlar';
  const collection = query['collection'] ?? 'default';
  const run = (args: readonly string[], input?: string): Promise<ToolEnd> =>
    runTool(
      {
        program: PROGRAM,
        arguments: args,
        ...(input === undefined ? {} : { input }),
        hint: 'Install it (Debian: apt install libsecret-tools).',
      },
      context,
    );
  return {
    read: (names) =>
      readEach(names, async (name) => {
        const end = await run(['lookup', 'service', service, 'key', name]);
        if (end.exitCode === 0) return end.output;
        // Without a word: there is no such item.
        if (end.complaint === '') return undefined;
        throw failed(end);
      }),
    store: async (name, value) => {
      const label = `--label=${service}: ${name}`;
      const end = await run(
        ['store', label, `--collection=${collection}`, 'service', service, 'key', name],
        value,
      );
      if (end.exitCode !== 0) throw failed(end);
    },
  };
};

function failed({ exitCode }: ToolEnd): SecretError {
  return new SecretError(
    'secret-provider-refused',
    `The keyring cannot be asked: '${PROGRAM}' ended with exit code ${exitCode}.`,
    {
      details: { exitCode },
      hint: 'It needs the session bus of a logged-in user whose keyring is unlocked; a system service has none.',
    },
  );
}
