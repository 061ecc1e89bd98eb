import { findRequest, parseArguments } from './parse-arguments.ts';
import type { ProcessPort } from './process-port.ts';
import { readProgramVersion } from './program-version.ts';

/**
 * Runs one command line and answers the exit code of the process. Never throws. What a run does not need is
 * not loaded.
 */
export async function runCommandLine(port: ProcessPort): Promise<number> {
  const parsed = parseArguments(port.argv);
  try {
    const request = findRequest(parsed);
    if (request?.kind === 'version') {
      port.standardOutput.write(`${readProgramVersion()}\n`);
      return 0;
    }
    if (request?.kind === 'help') {
      const { printHelp } = await import('./commands/help.ts');
      return printHelp(request.topic, port.standardOutput);
    }
    const { runCommand } = await import('./run-command.ts');
    return await runCommand(parsed, port);
  } catch (error) {
    const [{ exitCodeOfError }, { printError }] = await Promise.all([
      import('./exit-code.ts'),
      import('./print-error.ts'),
    ]);
    const exitCode = exitCodeOfError(error);
    printError(error, {
      standardOutput: port.standardOutput,
      standardError: port.standardError,
      exitCode,
      isJson: parsed.options.has('json'),
      showsOrigin: parsed.options.has('debug-output'),
    });
    return exitCode;
  }
}
