import type { Log } from '../../base/index.ts';
import { nativeCalls } from '../../base/native/index.ts';
import {
  type Destination,
  findUnknownOptions,
  openDestination,
  openForEachCall,
  softenDeletion,
  throttleDestination,
  translateNames,
} from '../../destinations/index.ts';
import { restoreNameCase } from '../../format/index.ts';
import { emptyStatistics, Remote, type RemoteSettings } from '../../transfer/index.ts';
import type { OperationContext } from '../context.ts';
import type { BackupTarget } from '../opened-backup/opened-backup.ts';

/**
 * The first step of every operation: opens the destination of the backup, held to its limits, without
 * touching the storage. Options in its URL that nothing knows are told in a warning each. The caller disposes
 * of it.
 */
export async function connect(target: BackupTarget, log: Log): Promise<Destination> {
  nativeCalls()?.keepHeapLean();
  for (const text of findUnknownOptions(target.url)) log.write('warning', 'destination-option-unknown', text);
  const options = { settings: Object.fromEntries(target.destinationOptions), log };
  const open = () => (target.connect ?? openDestination)(target.url, options);
  const destination = await (target.connections === 'fresh' ? openForEachCall(open) : open());
  const limited = target.limits === undefined ? destination : throttleDestination(destination, target.limits);
  const soft = target.softDeletion === undefined ? limited : softenDeletion(limited, target.softDeletion);
  return target.nameCase === 'changed'
    ? translateNames(soft, (name) => restoreNameCase(name, target.prefix))
    : soft;
}

/** The destination of a backup with the patience, and the parity data, that its target asks for. */
export function createRemote(
  destination: Destination,
  { target, folder }: { readonly target: BackupTarget; readonly folder: RemoteSettings['folder'] },
  { log, control }: Pick<OperationContext, 'log' | 'control'>,
): Remote {
  const { retry, parity } = target;
  return new Remote(
    destination,
    { retry, folder, verifiesUploads: target.verifiesUploads === true, parity },
    { log, signal: control.signal, statistics: emptyStatistics() },
  );
}
