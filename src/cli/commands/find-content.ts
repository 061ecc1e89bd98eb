import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { type FoundLine, findContent } from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';
import { formatCount } from '../format-amount.ts';
import { formatAge } from '../mirror/format-age.ts';
import { openMirror } from '../mirror/open-mirror.ts';

export async function run(command: CommandContext): Promise<ExitCode> {
  const { output, clock } = command;
  const [name = '', text = ''] = command.arguments;
  using mirror = openMirror(command);
  const found: FoundLine[] = [];
  const count = await findContent(mirror.configuration.source(name), text, mirror.context, (line) => {
    if (output.isJson) found.push(line);
    const age = formatAge(clock.now() - line.startedMs);
    output.print(`${line.systemPath}:${line.line} (${age} ago): ${line.text.trim()}`);
  });
  output.printJson({ operation: 'find-content', source: name, text, found });
  output.print(`${formatCount(count, 'line')} found`);
  return EXIT_CODES.success;
}
