import { errorMessage } from '../../base/index.ts';
import type { Configuration, Destination } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { identifyDestination, readSpace } from '../destination/check-destination.ts';
import { usedBytes } from './check-source.ts';

/** What is wrong with a destination, in sentences. Where it cannot be reached, nothing else is looked at. */
export async function checkDestinationHealth(
  destination: Destination,
  configuration: Configuration,
  context: MirrorContext,
): Promise<string[]> {
  const { settings, path } = destination;
  try {
    identifyDestination(destination);
    const space = readSpace(path);
    const [disk, inodes] = [settings.get('healthy-disk-percent'), settings.get('healthy-inode-percent')];
    const problems: string[] = [];
    if (space.usedPercent > disk)
      problems.push(`${Math.round(space.usedPercent)} % of its disk is in use, and ${disk} % is healthy.`);
    if (space.inodesUsedPercent !== undefined && space.inodesUsedPercent > inodes)
      problems.push(
        `${Math.round(space.inodesUsedPercent)} % of its inodes are in use, and ${inodes} % is healthy.`,
      );
    return [...problems, ...(await checkTotal(destination, configuration, context))];
  } catch (error) {
    context.signal.throwIfAborted();
    return [errorMessage(error)];
  }
}

async function checkTotal(
  destination: Destination,
  configuration: Configuration,
  context: MirrorContext,
): Promise<string[]> {
  const most = destination.settings.get('healthy-total-storage');
  if (most === 0) return [];
  let used = 0;
  for (const source of configuration.sources())
    if (source.destination.id === destination.id)
      used += await usedBytes(source, context.database.runs.versions(source.id), context);
  return used <= most ? [] : [`Its versions use ${used} bytes, and ${most} are healthy.`];
}
