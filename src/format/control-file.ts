const FOLDER = 'extra/';

/** The entry of a dlist that holds a control file (storage format 2.9): its bytes as they are, under its base name. */
export function controlFileEntryName(baseName: string): string {
  return `${FOLDER}${baseName}`;
}

/**
 * The base name of a control file, or `undefined` where the entry is none or its name would lead out of the
 * folder it is restored to.
 */
export function parseControlFileEntryName(entryName: string): string | undefined {
  if (!/^extra[/\\]/.test(entryName)) return undefined;
  const baseName = entryName.slice(FOLDER.length);
  return baseName === '' || baseName === '.' || baseName === '..' || /[/\\\0]/.test(baseName)
    ? undefined
    : baseName;
}
