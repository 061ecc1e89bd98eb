import { ENTRY_KINDS, type EntryKind } from '../../database/index.ts';
import type { SelectedKind } from './settings.ts';

const NAMES: Readonly<Record<EntryKind, SelectedKind>> = {
  [ENTRY_KINDS.file]: 'file',
  [ENTRY_KINDS.folder]: 'folder',
  [ENTRY_KINDS.symlink]: 'symlink',
};

export function kindName(kind: EntryKind): SelectedKind {
  return NAMES[kind];
}
