import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { authorizeByBrowser } from '../../destinations/index.ts';
import type { CommandContext } from '../command.ts';
import { operationContext } from '../session.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
  const { output, settings, control } = context;
  const [kind = ''] = context.arguments;
  const scheme = kind.replace(/:\/\/.*$/, '').toLowerCase();
  const refreshToken = await authorizeByBrowser({
    scheme,
    settings,
    log: operationContext(context).log,
    signal: control.signal,
    onAddress: (address, code) => {
      const where = code === undefined ? 'on this machine, and give permission there' : 'on any machine';
      output.print(`Open this address in a browser ${where}:`);
      output.print(address);
      if (code !== undefined) output.print(`Enter this code there, and give permission: ${code}`);
    },
  });
  output.print();
  output.print('Keep this secret; the destination takes it as --oauth-refresh-token:');
  output.print(refreshToken);
  output.printJson({ operation: 'authorize', scheme, refreshToken });
  return EXIT_CODES.success;
}
