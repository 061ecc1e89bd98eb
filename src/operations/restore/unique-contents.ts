import {
  type ContentReference,
  ENTRY_KINDS,
  type FilesetSeq,
  type LocalDatabase,
} from '../../database/index.ts';
import type { RestoreSelection } from './settings.ts';

/**
 * Narrows a selection to files whose content is not in `restored`, and adds those of the version. Where a
 * block is stored twice, one content may count as two; it is restored twice then.
 */
export function leaveOutRestored(
  { entryBlocks }: Pick<LocalDatabase, 'entryBlocks'>,
  seq: FilesetSeq,
  selection: RestoreSelection,
  restored: Set<ContentReference>,
): RestoreSelection {
  const left = new Set<string>();
  const contents: ContentReference[] = [];
  for (const { path, kind, content } of entryBlocks.ofVersion(seq)) {
    if (kind !== ENTRY_KINDS.file || !selection.accept(path, 'file')) continue;
    if (restored.has(content)) left.add(path);
    else contents.push(content);
  }
  for (const content of contents) restored.add(content);
  return { ...selection, accept: (path, kind) => !left.has(path) && selection.accept(path, kind) };
}
