import type { OpenProvider, ProviderDescriptor } from '../provider.ts';
import { SecretError } from '../secret-error.ts';
import { runTool } from '../support/run-tool.ts';
import { readEach } from '../support/search-vaults.ts';

export const PASS: ProviderDescriptor = {
  scheme: 'pass',
  displayName: 'The password store (pass)',
  urlForms: ['pass://'],
  parameters: { 'pass-command': 'the program, if it is not `pass`' },
  canStore: true,
};

const HINT = "Install it (Debian: apt install pass), or name it with 'pass-command'.";

/** The standard Unix password manager. A secret is the first line of an entry, as is its convention. */
export const openPass: OpenProvider = ({ query }, context) => {
  const program = query['pass-command'] ?? 'pass';
  return {
    read: (names) =>
      readEach(names, async (name) => {
        const { exitCode, output, complaint } = await runTool(
          { program, arguments: ['show', '--', name], hint: HINT },
          context,
        );
        if (exitCode === 0) return output.split(/\r?\n/, 1).join();
        if (/is not in the password store/.test(complaint)) return undefined;
        throw failed(program, exitCode);
      }),
    store: async (name, value) => {
      const { exitCode } = await runTool(
        {
          program,
          arguments: ['insert', '--multiline', '--force', '--', name],
          input: `${value}\n`,
          hint: HINT,
        },
        context,
      );
      if (exitCode !== 0) throw failed(program, exitCode);
    },
  };
};

function failed(program: string, exitCode: number): SecretError {
  return new SecretError(
    'secret-provider-refused',
    `The program '${program}' ended with exit code ${exitCode}.`,
    {
      details: { program, exitCode },
      hint: 'Try `pass ls` as the same user: the store must be set up, and gpg must be able to open its key without asking.',
    },
  );
}
