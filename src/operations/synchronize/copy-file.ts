import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { errorCode } from '../../base/index.ts';
import { DestinationError, type RemoteFile } from '../../destinations/index.ts';
import type { LocalCopy, Remote } from '../../transfer/index.ts';

/** The two destinations, and where files lie on their way. */
export interface Ways {
  readonly source: Remote;
  readonly target: Remote;
  readonly newTemporaryPath: (name: string) => string;
}

export interface CopyManner {
  /** The file is read at the target afterwards, and a difference counts as a failure of the line. */
  readonly readsBack: boolean;
  /** What the target has under the name is deleted first, which there means that it is kept under another one. */
  readonly setsAside: boolean;
}

/** Copies one file. Answers its length. */
export async function copyFile(
  { source, target, newTemporaryPath }: Ways,
  { name, sizeBytes: listedBytes }: RemoteFile,
  { readsBack, setsAside }: CopyManner,
): Promise<number> {
  using local = await source.fetch(name, () => newTemporaryPath(name));
  const { size: sizeBytes } = statSync(local.path);
  if (listedBytes >= 0 && sizeBytes !== listedBytes) throw changedMeanwhile(name);
  const sha256 = await hashFile(local.path);
  // Only now, when nothing but the upload can fail any more.
  if (setsAside) await setAside(target, name);
  await target.repeat(`upload of ${name}`, async () => {
    // The source's own file must stay its own: the target gets bytes, and nothing that it could link to or take away.
    await target.putOnce(name, { path: local.path, sizeBytes, sha256, isBorrowed: true });
    if (!readsBack) return;
    using copy = await fetchOnce({ source, target, newTemporaryPath }, name);
    if (!sha256.equals(await hashFile(copy.path))) throw notTheSame(name);
  });
  return sizeBytes;
}

/** Without its parity data, which stay what they are. */
async function setAside(target: Remote, name: string): Promise<void> {
  await target.repeat(`renaming of ${name}`, async () => {
    try {
      await target.destination.delete(name, { signal: target.signal });
    } catch (error) {
      if (errorCode(error) !== 'destination-file-missing') throw error;
    }
  });
}

/** True where both sides hold the same bytes under a name. */
export async function isSameContent(ways: Ways, name: string): Promise<boolean> {
  const { source, newTemporaryPath } = ways;
  using one = await source.fetch(name, () => newTemporaryPath(name));
  using other = await fetchOnce(ways, name);
  return (await hashFile(one.path)).equals(await hashFile(other.path));
}

function fetchOnce({ target, newTemporaryPath }: Ways, name: string): Promise<LocalCopy> {
  return target.fetch(name, () => newTemporaryPath(`copy-of-${name}`));
}

async function hashFile(path: string): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece);
  return hash.digest();
}

function changedMeanwhile(name: string): DestinationError {
  return new DestinationError('destination-corrupt', `'${name}' has another length than the source lists.`, {
    details: { name },
    hint: 'Something else may be writing to the source. Run it again when that has ended.',
  });
}

function notTheSame(name: string): DestinationError {
  return new DestinationError('destination-corrupt', `'${name}' was read back with another content.`, {
    details: { name },
    hint: 'The target stores something else than it is given. Check it before you rely on it.',
  });
}
