import { join } from 'node:path';
import { type FormatSettings, MANIFEST_ENTRY, writeManifest } from '../../src/format/index.ts';
import { openVolume, VolumeWriter } from '../../src/pipeline/index.ts';

/** An entry of a volume: its name and bytes. */
export type PlainEntry = readonly [name: string, bytes: Uint8Array];

/** Writes an unencrypted zip volume with a manifest and the given entries. */
export async function writePlainVolume(
  folder: string,
  name: string,
  volume: { readonly format: FormatSettings; readonly entries: readonly PlainEntry[] },
): Promise<void> {
  const writer = new VolumeWriter(name, join(folder, name), {
    compression: 'zip',
    archive: { method: 'Deflate', level: 6, modifiedAt: new Date(0) },
    encryption: { kind: 'none' },
    fileHash: volume.format.fileHash,
  });
  const manifest = writeManifest({ ...volume.format, createdMs: 0, appVersion: 'test' });
  for (const [entry, bytes] of [[MANIFEST_ENTRY, manifest] as const, ...volume.entries]) {
    writer.archive.add(entry, bytes, 'compress');
  }
  await writer.finish();
}

/** The entries of an unencrypted volume but its manifest. */
export async function readPlainVolume(folder: string, name: string): Promise<PlainEntry[]> {
  const keys = { passphrase: undefined, gpg: {} };
  using volume = await openVolume({ name, path: join(folder, name) }, keys, (label) => join(folder, label));
  return volume.archive.entries
    .filter((entry) => entry.name !== MANIFEST_ENTRY)
    .map((entry) => [entry.name, volume.archive.read(entry, 2 ** 30)] as const);
}
