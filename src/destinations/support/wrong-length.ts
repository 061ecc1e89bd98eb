import { counted } from '../../base/index.ts';
import { DestinationError } from '../destination-error.ts';

/** The error for a source that does not give the bytes that it announced. */
export function wrongLength(sizeBytes: number, announcedBytes: number): DestinationError {
  return new DestinationError(
    'destination-corrupt',
    `Cannot store a file: there are at least ${counted(sizeBytes, 'byte')} of it instead of ${announcedBytes}.`,
    { details: { sizeBytes, announcedBytes } },
  );
}
