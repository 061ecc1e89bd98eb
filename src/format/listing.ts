import { type NameMatching, parseVolumeName, type VolumeName } from './volume-name.ts';

/** A listed file together with what its name says. */
export interface ListedVolume<File> {
  readonly file: File;
  readonly volume: VolumeName;
}

/**
 * The files of a destination, sorted by what may be done with them. Only `volumes` and `parity` belong to
 * this backup; nothing else is ever deleted.
 */
export interface ClassifiedListing<File> {
  readonly volumes: readonly ListedVolume<File>[];
  /** par2 companions of own volumes, whether or not these are there. */
  readonly parity: readonly ListedVolume<File>[];
  /** Volumes of other backups in the same folder. */
  readonly otherPrefixes: readonly ListedVolume<File>[];
  readonly unknown: readonly File[];
  /** Names of own volumes that the destination listed more than once; `volumes` holds the first of each. */
  readonly duplicates: readonly string[];
}

const ENCRYPTIONS: readonly string[] = ['aes', 'gpg'];

/**
 * False for a name that goes on behind the endings of a volume, such as that of a copy (`….zip.aes.bak`) or
 * of half an upload (`….zip.part`): nobody can read it as a volume.
 */
export function isOfVolume({ encryption }: VolumeName): boolean {
  return encryption === undefined || ENCRYPTIONS.includes(encryption.toLowerCase());
}

/**
 * Sorts a listing by the rules of storage format 1.3. A dlist without a time names no version, so it counts
 * as unknown; so does what has endings that no volume has.
 */
export function classifyListing<File extends { readonly name: string }>(
  files: Iterable<File>,
  prefix: string,
  matching: NameMatching = {},
): ClassifiedListing<File> {
  const fold = (text: string) => (matching.caseInsensitive ? text.toLowerCase() : text);
  const volumes = new Map<string, ListedVolume<File>>();
  const parity: ListedVolume<File>[] = [];
  const otherPrefixes: ListedVolume<File>[] = [];
  const unknown: File[] = [];
  const duplicates = new Set<string>();
  for (const file of files) {
    const volume = parseVolumeName(file.name, matching);
    if (volume === undefined || !isOfVolume(volume)) unknown.push(file);
    else if (volume.kind === 'dlist' && volume.timeMs === undefined) unknown.push(file);
    else if (fold(volume.prefix) !== fold(prefix)) otherPrefixes.push({ file, volume });
    else if (volume.isParity) parity.push({ file, volume });
    else if (volumes.has(fold(file.name))) duplicates.add(file.name);
    else volumes.set(fold(file.name), { file, volume });
  }
  return { volumes: [...volumes.values()], parity, otherPrefixes, unknown, duplicates: [...duplicates] };
}
