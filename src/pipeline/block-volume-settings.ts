import { type FormatSettings, formatVolumeName, newVolumeGuid } from '../format/index.ts';
import type { VolumeSettings } from './volume-writer.ts';

/** `full`: blocks and blocklists; `lookup`: blocks only; `none`: no dindex. */
export type IndexPolicy = 'full' | 'lookup' | 'none';

/** How volumes of one backup are made. Plain data: it goes to worker threads. */
export interface BlockVolumeSettings {
  readonly volume: VolumeSettings;
  readonly format: FormatSettings;
  readonly prefix: string;
  readonly dblockSizeBytes: number;
  readonly indexPolicy: IndexPolicy;
  readonly appVersion: string;
  readonly createdMs: number;
  /** Folder for volumes on their way. */
  readonly folder: string;
}

/** The ending of file names that says how volumes are encrypted. */
export function encryptionExtension(settings: VolumeSettings): string | undefined {
  return settings.encryption.kind === 'none' ? undefined : settings.encryption.kind;
}

/** A new name for a dblock or dindex. */
export function newVolumeName(
  kind: 'dblock' | 'dindex',
  settings: Pick<BlockVolumeSettings, 'prefix' | 'volume'>,
): string {
  const encryption = encryptionExtension(settings.volume);
  return formatVolumeName({
    kind,
    prefix: settings.prefix,
    guid: newVolumeGuid(),
    compression: settings.volume.compression,
    ...(encryption === undefined ? {} : { encryption }),
  });
}
