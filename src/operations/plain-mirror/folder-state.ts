import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Inventory } from '../../database/index.ts';
import type { RemoteFile } from '../../destinations/index.ts';
import type { Remote } from '../../transfer/index.ts';
import type { MirroredFile } from './collect-files.ts';
import type { PlainMirrorSettings } from './settings.ts';

/** A folder of the mirror that is worked on. */
export interface MirrorFolder {
  /** Relative to the mirror. */
  readonly path: string;
  readonly remote: Remote;
  /** What it lists; `undefined` where nobody asked. */
  readonly listed: ReadonlyMap<string, RemoteFile> | undefined;
}

/** Whether the mirror holds a file as the source has it. */
export async function isCurrent(
  file: MirroredFile,
  folder: MirrorFolder,
  { inventory, settings }: { readonly inventory: Inventory; readonly settings: PlainMirrorSettings },
): Promise<boolean> {
  if (settings.state === 'unknown') return false;
  const known = inventory.find(pathIn(folder.path, file.name));
  const isRemembered = known?.sizeBytes === file.sizeBytes && known.modifiedAtMs === file.modifiedAtMs;
  if (folder.listed === undefined) {
    if (!isRemembered) return false;
    return !settings.comparesHashes || known.sha256 === (await hashFile(file.systemPath));
  }
  const listed = folder.listed.get(file.name);
  if (listed === undefined || !looksEqual(file, listed, isRemembered)) return false;
  return !settings.comparesHashes || (await isSameContent(file, folder, settings));
}

export function pathIn(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The SHA-256 of a file, in hex. */
export async function hashFile(path: MirroredFile['systemPath']): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece);
  return hash.digest('hex');
}

/**
 * The time at the mirror is that of storing; a source that is younger has changed since, unless it is
 * remembered as what was stored.
 */
function looksEqual(
  file: MirroredFile,
  { sizeBytes, modifiedAtMs }: RemoteFile,
  isRemembered: boolean,
): boolean {
  if (sizeBytes >= 0 && sizeBytes !== file.sizeBytes) return false;
  return isRemembered || (modifiedAtMs !== undefined && modifiedAtMs >= file.modifiedAtMs);
}

async function isSameContent(
  { name, systemPath }: MirroredFile,
  { remote }: MirrorFolder,
  { newTemporaryPath }: PlainMirrorSettings,
): Promise<boolean> {
  using copy = await remote.fetch(name, () => newTemporaryPath('compared'));
  return (await hashFile(copy.path)) === (await hashFile(systemPath));
}
