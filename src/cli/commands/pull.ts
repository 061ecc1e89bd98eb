import { errorMessage, serializeError } from '../../base/index.ts';
import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { findDueSources, type PullOutcome, pullSources } from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';
import { CommandLineError } from '../command-line-error.ts';
import { formatBytes, formatCount, formatElapsed } from '../format-amount.ts';
import { openMirror } from '../mirror/open-mirror.ts';
import { createVault } from '../mirror/vault.ts';

export async function run(command: CommandContext): Promise<ExitCode> {
  const { output, settings } = command;
  const isDue = settings.get('due');
  if (isDue === command.arguments.length > 0) {
    throw new CommandLineError('arguments-invalid', 'Name the sources to pull, or give --due.', {
      hint: "'ashlar sources' lists them.",
    });
  }
  using mirror = openMirror(command);
  const { configuration, context } = mirror;
  const sources = isDue
    ? findDueSources(configuration, context)
    : [...new Set(command.arguments)].map((name) => configuration.source(name));
  const outcomes = await pullSources(sources, { configuration, vault: createVault(command) }, context);
  // Another run of a source that is due is at work already: nothing is missing.
  const counted = isDue ? outcomes.filter(({ state }) => state !== 'busy') : outcomes;
  output.printJson({ operation: 'pull', sources: counted.map(toJson), warnings: output.counts.warnings });
  for (const outcome of counted) output.print(describe(outcome));
  if (isDue && sources.length === 0) output.print('No source is due.');
  return exitCode(counted);
}

function describe({ source, state, run, step, error }: PullOutcome): string {
  if (state === 'busy') return errorMessage(error);
  if (state === 'failed')
    return `${source}: failed${step === undefined ? '' : ` at ${step}`}: ${errorMessage(error)}`;
  const facts = [
    ...(run?.files === undefined ? [] : [formatCount(run.files, 'file')]),
    ...(run?.apparentBytes === undefined ? [] : [formatBytes(run.apparentBytes)]),
    ...(run?.addedBytes === undefined ? [] : [`${formatBytes(run.addedBytes)} added`]),
    ...(run?.endedMs === undefined ? [] : [formatElapsed(run.endedMs - run.startedMs)]),
    ...(run === undefined || run.warnings === 0 ? [] : [formatCount(run.warnings, 'warning')]),
  ];
  return `${source}: ${run?.folder ?? 'completed'} (${facts.join(', ')})`;
}

function toJson({ source, state, run, step, error }: PullOutcome) {
  return {
    source,
    state,
    version: run?.folder ?? null,
    step: step ?? null,
    error: error === undefined ? null : serializeError(error),
    run: run === undefined ? null : { ...run, token: undefined },
  };
}

function exitCode(outcomes: readonly PullOutcome[]): ExitCode {
  const failed = outcomes.filter(({ state }) => state !== 'completed').length;
  if (failed > 0) return failed === outcomes.length ? EXIT_CODES.failed : EXIT_CODES.errors;
  return outcomes.some(({ run }) => (run?.warnings ?? 0) > 0) ? EXIT_CODES.warnings : EXIT_CODES.success;
}
