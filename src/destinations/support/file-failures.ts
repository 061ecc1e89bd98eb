import { DestinationError } from '../destination-error.ts';

/** The storage answered that there is no file of that name. */
export function fileMissing(name: string): DestinationError {
  return new DestinationError('destination-file-missing', `There is no file '${name}' in the folder.`, {
    details: { name },
  });
}

/** A file cannot take a name that another one has. */
export function nameTaken(name: string, newName: string): DestinationError {
  return new DestinationError(
    'destination-file-exists',
    `Cannot rename '${name}' to '${newName}': that name is taken.`,
    { details: { name, newName } },
  );
}

/** Deleting a folder would delete all that is in it. */
export function folderStays(name: string): DestinationError {
  return new DestinationError('destination-refused', `Cannot delete '${name}': it is a folder.`, {
    details: { name },
  });
}

/** The storage answered that the folder of the destination is not there. */
export function folderMissing(folder: string): DestinationError {
  return new DestinationError('destination-folder-missing', `There is no folder '${folder}'.`, {
    details: { folder },
  });
}
