import { DestinationError } from '../destination-error.ts';

/**
 * Throws `destination-refused` unless `name` is the name of one file: nothing that leads into, or out of,
 * another folder.
 */
export function checkRemoteName(name: string): void {
  if (name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name)) return;
  throw new DestinationError(
    'destination-refused',
    `'${name}' cannot name a file at a destination: it must be a plain name without slashes.`,
    { details: { name } },
  );
}

/** The same for the new name of a rename, which may lie in folders below the destination. */
export function checkRemotePath(path: string): void {
  for (const name of path.split('/')) checkRemoteName(name);
}

/**
 * The same as `checkRemotePath`, of a new name at a storage whose listings hold no control characters. In XML one
 * of them would make the listing of everything unreadable; rclone shows other characters in their place.
 */
export function checkListableName(name: string): void {
  checkRemotePath(name);
  if (!/[\u0001-\u001f\u007f\ufffe\uffff]/.test(name)) return;
  throw new DestinationError(
    'destination-refused',
    `'${name}' cannot name a file at this destination: its listings hold no control characters.`,
    { details: { name } },
  );
}
