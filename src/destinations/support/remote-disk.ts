import type { ByteRange, CanReadRange, FreeSpace, HasFreeSpace } from '../abilities.ts';
import type { SignalOptions } from '../destination.ts';
import type { FolderClient, ReadsRanges, TellsSpace } from './folder-client.ts';
import { RemoteFolder } from './remote-folder.ts';
import { checkRemoteName } from './remote-name.ts';

/** A remote folder at a server that reads where it is told to and knows its free space, as a disk does. */
export class RemoteDisk<C extends FolderClient & ReadsRanges & TellsSpace>
  extends RemoteFolder<C>
  implements CanReadRange, HasFreeSpace
{
  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    checkRemoteName(name);
    return this.work((client) => client.readRange(name, range), options);
  }

  async freeSpace(options: SignalOptions = {}): Promise<FreeSpace> {
    return this.work((client) => client.freeSpace(), options);
  }
}
