import { DestinationError } from '../destination-error.ts';

/** The error for a source that does not give the bytes that it announced. */
export function wrongLength(sizeBytes: number, announcedBytes: number): DestinationError {
  return new DestinationError(
    'destination-corrupt',
    `Cannot store a file: there are ${sizeBytes} bytes or more of it instead of ${announcedBytes}.`,
    { details: { sizeBytes, announcedBytes } },
  );
}
