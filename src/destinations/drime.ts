import type { DestinationRequest } from './descriptor.ts';
import { DrimeStore } from './drime/drime-store.ts';
import type { Entry } from './filejump/entries.ts';
import { openEntries } from './filejump/open-entries.ts';
import { folderPath } from './support/folder-path.ts';
import { RenamingIdFolder } from './support/renaming-id-folder.ts';

/** A folder on Drime Cloud. */
export function openDrime(request: DestinationRequest): RenamingIdFolder<Entry> {
  const { parts, settings } = openEntries(request, {
    api: 'https://app.drime.cloud/api/v1',
    pageFiles: 50,
    deviceField: 'device_name',
    hasWorkspaces: true,
  });
  return new RenamingIdFolder(new DrimeStore(parts, settings), folderPath(request.url));
}
