import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { type FoundFile, findFiles } from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes, formatCount } from '../format-amount.ts';
import { formatAge } from '../mirror/format-age.ts';
import { openMirror } from '../mirror/open-mirror.ts';

export async function run(command: CommandContext): Promise<ExitCode> {
  const { output, clock } = command;
  const [name = '', pattern = ''] = command.arguments;
  using mirror = openMirror(command);
  const found: FoundFile[] = [];
  const count = await findFiles(mirror.configuration.source(name), pattern, mirror.context, (file) => {
    if (output.isJson) found.push(file);
    const age = formatAge(clock.now() - file.startedMs);
    output.print(`${file.systemPath} (${formatBytes(file.sizeBytes)}, ${age} ago)`);
  });
  output.printJson({ operation: 'find-files', source: name, pattern, found });
  output.print(`${formatCount(count, 'file')} found`);
  return EXIT_CODES.success;
}
