import { EXIT_CODES, type ExitCode, renderOverview, renderTopic, suggestTopic } from '../../catalog/index.ts';
import { CommandLineError } from '../command-line-error.ts';
import { availableCommands } from '../command-table.ts';
import type { TextSink } from '../terminal.ts';
import { widthOf } from '../terminal.ts';

/** Prints help, needing nothing but a place to print. */
export function printHelp(topic: string | undefined, sink: TextSink): ExitCode {
  const options = { width: widthOf(sink), available: availableCommands };
  const text = topic === undefined ? renderOverview(options) : renderTopic(topic, options);
  if (text === undefined) {
    const nearest = suggestTopic(topic ?? '');
    throw new CommandLineError('arguments-invalid', `There is no help about '${topic}'.`, {
      hint:
        nearest === undefined
          ? "'ashlar help' lists the commands."
          : `Did you mean 'ashlar help ${nearest}'?`,
    });
  }
  sink.write(`${text}\n`);
  return EXIT_CODES.success;
}
