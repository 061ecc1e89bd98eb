import type { EntryKind } from './entry-kind.ts';
import type { ContentReference } from './references.ts';

/** `last` of the rows that belong to the newest version. */
export const OPEN = 0x7fffffff;

/** An entry of a version, whose content and metadata have their places. */
export interface StoredEntry {
  /** Folders, and links to folders, end in `/`. */
  readonly path: string;
  readonly kind: EntryKind;
  readonly content: ContentReference;
  readonly sizeBytes: number;
  readonly metadata: ContentReference;
  /** Whole seconds since 1970, rounded down. */
  readonly mtimeSeconds: number;
}
