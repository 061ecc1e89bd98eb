import type { ContentReference, FilesetRow } from '../../database/index.ts';
import type { Rebuilding } from './rebuilding.ts';
import type { BrokenVersion } from './recreate-input.ts';

/** The versions with entries whose blocks are nowhere, oldest first. */
export function findBrokenVersions(state: Rebuilding): BrokenVersion[] {
  const isLost = lostReferences(state);
  if (isLost === undefined) return [];
  const filesets = state.database.filesets.versions().toReversed();
  const lost = new Map<FilesetRow, number>();
  for (const { content, metadata, first, last } of state.rebuild.spans()) {
    if (!isLost(content) && !isLost(metadata)) continue;
    for (const fileset of filesets) {
      if (fileset.seq >= first && fileset.seq <= last) lost.set(fileset, (lost.get(fileset) ?? 0) + 1);
    }
  }
  return filesets
    .filter((fileset) => lost.has(fileset))
    .map((fileset) => ({ timestamp: fileset.timestamp, lostEntries: lost.get(fileset) ?? 0 }));
}

/** Tells whether something of a content is nowhere; `undefined` when nothing is. */
function lostReferences({
  blocks,
  database,
  rebuild,
  knownContents,
}: Rebuilding): ((content: ContentReference) => boolean) | undefined {
  const lost = new Set<number>(knownContents?.undescribed);
  for (const { contentId } of rebuild.postponed()) lost.add(contentId);
  if (blocks.unplacedCount > 0) {
    const isUnplaced = (id: number) => blocks.isUnplaced(id);
    for (const content of database.contents.all()) {
      if (content.blocks.some(isUnplaced) || content.blocklists.some(isUnplaced)) lost.add(content.id);
    }
  }
  if (lost.size === 0 && blocks.unplacedCount === 0) return undefined;
  return (content) => (content < 0 ? blocks.isUnplaced(-content) : lost.has(content));
}
