/**
 * The archive containers of volumes: zip, tzstd and tgz. Everything is synchronous but opening, and in
 * bounded memory: an archive is written to a sink that cannot go back and read from random access, wherever
 * the bytes lie. Layouts: PKWARE APPNOTE 6.3 for zip, Duplicati for the others.
 */
import type { ByteSink, RandomAccess } from '../base/index.ts';
import type {
  ArchiveModule,
  ArchiveReader,
  ArchiveWriter,
  ArchiveWriterOptions,
  OpenArchiveOptions,
} from './archive.ts';
import { openTar } from './tar-reader.ts';
import { TarWriter } from './tar-writer.ts';
import { openZip } from './zip-reader.ts';
import { ZipWriter } from './zip-writer.ts';

export * from './archive.ts';

/** Starts an archive. Nothing goes to the sink before the first entry. */
export function createArchiveWriter(
  module: ArchiveModule,
  sink: ByteSink,
  settings: ArchiveWriterOptions,
): ArchiveWriter {
  return module === 'zip' ? new ZipWriter(sink, settings) : new TarWriter(module, sink, settings);
}

/**
 * Opens an archive and reads its directory. Tar containers are unpacked to scratch first. Throws a
 * `FormatError` for an archive that is truncated, has entries of one name twice, or cannot be made sense of.
 */
export async function openArchive(
  module: ArchiveModule,
  source: RandomAccess,
  options: OpenArchiveOptions,
): Promise<ArchiveReader> {
  return module === 'zip' ? await openZip(source, options.volumeName) : openTar(module, source, options);
}
