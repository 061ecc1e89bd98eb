import { ticksFromUnixNs, writeMetadataBlob } from '../../format/index.ts';
import type { SourceStat } from '../walk.ts';
import { attributeBits, attributeText } from './attributes.ts';
import { readOwner } from './owner.ts';

const NS_PER_MS = 1_000_000n;

/**
 * The metadata blob of a file whose content comes from a stream: owner and mode of the process, and the time
 * at which it began.
 */
export function streamMetadataBlob(path: string, { mode, uid, gid, mtimeMs }: SourceStat): Buffer {
  const ticks = ticksFromUnixNs(BigInt(Math.floor(mtimeMs)) * NS_PER_MS);
  return writeMetadataBlob({
    owner: readOwner({ uid, gid, mode }),
    attributes: attributeText(attributeBits({ path, kind: 'file', mode, uid, gid })),
    lastWriteTicks: ticks,
    createTicks: ticks,
  });
}
