import type { Configuration } from '../configuration/configuration.ts';
import { resolveFields } from '../configuration/effective.ts';
import { type MirrorContext, tellAbout, tellEvent } from '../context.ts';
import { checkDestinationHealth } from './check-destination-health.ts';
import { checkSource } from './check-source.ts';

/** The health of one source or destination. */
export interface Health {
  readonly name: string;
  /** In sentences; none when it is healthy. */
  readonly problems: readonly string[];
}

export interface HealthReport {
  readonly sources: readonly Health[];
  readonly destinations: readonly Health[];
}

const DAY_MS = 86_400_000;

/**
 * Looks at every source and destination, books and tells what is not well, and forgets log lines that are old
 * enough.
 */
export async function monitor(configuration: Configuration, context: MirrorContext): Promise<HealthReport> {
  const { database, clock, events } = context;
  const sources: Health[] = [];
  for (const source of configuration.sources()) {
    const problems = await checkSource(source, context);
    const tell = tellAbout(context, { task: 'monitor', sourceId: source.id, name: source.name });
    for (const problem of problems) tell('error', 'monitor-unhealthy', problem);
    database.sources.setHealth(source.id, problems.length === 0 ? 'healthy' : 'unhealthy');
    tellEvent(
      source,
      context,
      problems.length === 0
        ? { kind: 'source-healthy', source: source.name }
        : { kind: 'source-unhealthy', source: source.name, problems },
    );
    sources.push({ name: source.name, problems });
  }
  const destinations: Health[] = [];
  for (const destination of configuration.destinations()) {
    const { name, id } = destination;
    const problems = checkDestinationHealth(destination, configuration, context);
    const tell = tellAbout(context, { task: 'monitor', destinationId: id, name });
    for (const problem of problems) tell('error', 'monitor-unhealthy', problem);
    events.emit(
      problems.length === 0
        ? { kind: 'destination-healthy', destination: name }
        : { kind: 'destination-unhealthy', destination: name, problems },
    );
    destinations.push({ name, problems });
  }
  const days = resolveFields({ defaults: configuration.defaults() }).get('keep-log-days');
  database.log.prune(clock.now() - days * DAY_MS);
  return { sources, destinations };
}
