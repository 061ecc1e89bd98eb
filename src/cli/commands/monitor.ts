import { EXIT_CODES, type ExitCode } from '../../catalog/index.ts';
import { type Health, monitor, type Summary, summarize } from '../../mirror/index.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes, formatElapsed, formatTime } from '../format-amount.ts';
import { openMirror } from '../mirror/open-mirror.ts';

const WEEK_MS = 7 * 86_400_000;

export async function run(command: CommandContext): Promise<ExitCode> {
  const { output, settings, clock } = command;
  using mirror = openMirror(command);
  if (settings.get('summary')) {
    const nowMs = clock.now();
    const summary = summarize(mirror.configuration, mirror.context, nowMs - WEEK_MS, nowMs);
    const lines = describe(summary);
    mirror.context.events.emit({ kind: 'summary', text: lines.join('\n') });
    output.printJson({ operation: 'monitor', summary });
    for (const line of lines) output.print(line);
    return EXIT_CODES.success;
  }
  const report = await monitor(mirror.configuration, mirror.context);
  output.printJson({ operation: 'monitor', ...report });
  const all = [...report.sources, ...report.destinations];
  for (const health of all) output.print(line(health));
  return all.every(({ problems }) => problems.length === 0) ? EXIT_CODES.success : EXIT_CODES.errors;
}

function line({ name, problems }: Health): string {
  return `${name}: ${problems.length === 0 ? 'healthy' : `unhealthy: ${problems.join(' ')}`}`;
}

function describe(summary: Summary): string[] {
  return [
    `From ${formatTime(summary.fromMs)} to ${formatTime(summary.toMs)}`,
    `Pulls: ${summary.completed} completed, ${summary.failed} failed; ${formatElapsed(summary.rsyncMs)} in rsync`,
    `Sources: ${summary.healthySources} healthy, ${summary.unhealthySources.length} not${list(summary.unhealthySources)}`,
    `Disks: ${formatBytes(summary.usedBytes)} used, ${formatBytes(summary.freeBytes)} free${list(summary.unreachable, 'not reached')}`,
    `Errors in the log: ${summary.errors}`,
  ];
}

function list(names: readonly string[], what = ''): string {
  return names.length === 0 ? '' : ` (${what === '' ? '' : `${what}: `}${names.join(', ')})`;
}
