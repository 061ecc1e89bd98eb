/**
 * What lies at a destination, as pure functions from data to bytes and back: the names of volumes, and what
 * is in each entry of a dblock, dindex and dlist. One file a structure, with its writer and its parser.
 * Source of all formats: Duplicati 2's storage format, described in docs.
 */
export * from './blocklist.ts';
export * from './control-file.ts';
export * from './dblock.ts';
export * from './dindex.ts';
export * from './dindex-volume.ts';
export * from './entry-path.ts';
export * from './file-attributes.ts';
export type {
  FileEntry,
  FilelistEntry,
  FolderEntry,
  MetadataReference,
  SymlinkEntry,
} from './filelist-entry.ts';
export * from './filelist-reader.ts';
export * from './filelist-writer.ts';
export * from './fileset-marker.ts';
export * from './listing.ts';
export * from './manifest.ts';
export * from './metadata-blob.ts';
export type { FileFlag, Hole, MetadataExtensions, SpecialKind } from './metadata-extensions.ts';
export * from './packed-blocks.ts';
export * from './remote-time.ts';
export * from './ticks.ts';
export * from './verification-file.ts';
export * from './volume-name.ts';
