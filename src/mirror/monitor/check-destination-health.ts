import { counted, errorMessage } from '../../base/index.ts';
import type { Configuration, Destination } from '../configuration/configuration.ts';
import type { MirrorContext } from '../context.ts';
import { identifyDestination, readSpace } from '../destination/check-destination.ts';
import { usedBytes } from '../used-bytes.ts';

/** What is wrong with a destination, in sentences. Where it cannot be reached, nothing else is looked at. */
export function checkDestinationHealth(
  destination: Destination,
  configuration: Configuration,
  context: MirrorContext,
): string[] {
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
    return [...problems, ...checkTotal(destination, configuration, context)];
  } catch (error) {
    return [errorMessage(error)];
  }
}

function checkTotal(
  destination: Destination,
  configuration: Configuration,
  { database }: MirrorContext,
): string[] {
  const most = destination.settings.get('healthy-total-storage');
  const used = configuration
    .sources()
    .filter((source) => source.destination.id === destination.id)
    .reduce((sum, { id }) => sum + usedBytes(database.runs.versions(id)), 0);
  return most === 0 || used <= most
    ? []
    : [`Its versions use ${counted(used, 'byte')}, and ${most} are healthy.`];
}
