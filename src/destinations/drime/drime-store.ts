import type { SignalOptions, UploadSource } from '../destination.ts';
import { addressOf, type Entry } from '../filejump/entries.ts';
import { FilejumpStore } from '../filejump/filejump-store.ts';
import { uploadInParts } from './upload-in-parts.ts';

/** From here on the service wants files in parts. */
const PARTS_FROM_BYTES = 5 * 1024 * 1024;

/** The entries of Drime Cloud, which speaks as Filejump does but for large files and downloads. */
export class DrimeStore extends FilejumpStore {
  protected override send(
    folderId: string,
    upload: { readonly name: string; readonly source: UploadSource },
    options: SignalOptions,
  ): Promise<Entry> {
    return upload.source.sizeBytes < PARTS_FROM_BYTES
      ? super.send(folderId, upload, options)
      : uploadInParts(this.parts, folderId, upload, options);
  }

  protected override downloadUrl({ hash }: Entry): URL {
    return addressOf(this.parts, `file-entries/download/${encodeURIComponent(hash)}`);
  }
}
