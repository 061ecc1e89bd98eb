import type { MirrorEvent } from '../../mirror/index.ts';
import type { Report, ReportResult } from '../../notifications/index.ts';
import { formatBytes, formatElapsed } from '../format-amount.ts';

interface Told {
  readonly operation: string;
  readonly result: ReportResult;
  /** What goes well without anybody having asked is only told to those who want every operation. */
  readonly kind: Report['kind'];
  /** The source or destination that it is about. */
  readonly about: string;
  readonly lines: readonly string[];
  readonly exception?: string;
}

/** An event of pulls as a report. */
export function reportEvent(event: MirrorEvent): Report {
  const { operation, result, kind, about, lines, exception } = describe(event);
  return {
    operation,
    kind,
    result,
    text: `${lines.join('\n')}\n`,
    data: { MainOperation: operation, ParsedResult: result, ...event },
    ...(exception === undefined ? {} : { exception }),
    values: new Map([['backup-name', about]]),
  };
}

function describe(event: MirrorEvent): Told {
  switch (event.kind) {
    case 'pull-completed':
      return {
        operation: 'Pull',
        result: event.warnings > 0 ? 'Warning' : 'Success',
        kind: 'usual',
        about: event.source,
        lines: describePull(event),
      };
    case 'pull-failed':
      return {
        operation: 'Pull',
        result: 'Error',
        kind: 'usual',
        about: event.source,
        lines: [
          `${event.source} could not be pulled to ${event.destination}.`,
          `Step: ${event.step}`,
          event.message,
        ],
        exception: event.message,
      };
    case 'cleanup-completed':
      return {
        ...wellDone('Cleanup', event.source),
        lines: [`Versions of ${event.source} that were deleted: ${event.deleted}`],
      };
    case 'cleanup-failed':
      return {
        operation: 'Cleanup',
        result: 'Error',
        kind: 'usual',
        about: event.source,
        lines: [`The versions of ${event.source} could not be thinned out.`, event.message],
        exception: event.message,
      };
    case 'source-healthy':
      return { ...wellDone('Monitor', event.source), lines: [`The source ${event.source} is healthy.`] };
    case 'destination-healthy':
      return {
        ...wellDone('Monitor', event.destination),
        lines: [`The destination ${event.destination} is healthy.`],
      };
    case 'source-unhealthy':
      return unhealthy('source', event.source, event.problems);
    case 'destination-unhealthy':
      return unhealthy('destination', event.destination, event.problems);
    case 'summary':
      return { operation: 'Summary', result: 'Success', kind: 'always', about: 'pulls', lines: [event.text] };
  }
}

function wellDone(operation: string, about: string): Omit<Told, 'lines'> {
  return { operation, result: 'Success', kind: 'other', about };
}

function unhealthy(thing: string, about: string, problems: readonly string[]): Told {
  return {
    operation: 'Monitor',
    result: 'Error',
    kind: 'usual',
    about,
    lines: [`The ${thing} ${about} is not healthy:`, ...problems.map((problem) => `- ${problem}`)],
  };
}

function describePull(event: Extract<MirrorEvent, { kind: 'pull-completed' }>): string[] {
  const { source, destination, version, durationMs, apparentBytes, addedBytes, warnings } = event;
  return [
    `${source} was pulled to ${destination}.`,
    ...(version === undefined ? [] : [`Version: ${version}`]),
    `Time: ${formatElapsed(durationMs)}`,
    ...(apparentBytes === undefined ? [] : [`Size: ${formatBytes(apparentBytes)}`]),
    ...(addedBytes === undefined ? [] : [`Space added: ${formatBytes(addedBytes)}`]),
    ...(warnings === 0 ? [] : [`Warnings: ${warnings}`]),
  ];
}
