import type { DestinationRequest } from './descriptor.ts';
import type { Entry } from './filejump/entries.ts';
import { FilejumpStore } from './filejump/filejump-store.ts';
import { openEntries } from './filejump/open-entries.ts';
import { folderPath } from './support/folder-path.ts';
import { RenamingIdFolder } from './support/renaming-id-folder.ts';

/** A folder on Filejump. */
export function openFilejump(request: DestinationRequest): RenamingIdFolder<Entry> {
  const { parts, settings } = openEntries(request, {
    api: 'https://drive.filejump.com/api/v1',
    pageFiles: 1000,
    deviceField: 'token_name',
    hasWorkspaces: false,
  });
  return new RenamingIdFolder(new FilejumpStore(parts, settings), folderPath(request.url));
}
