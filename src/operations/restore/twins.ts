import { RESTORE_KINDS } from '../../pipeline/index.ts';

/** Entries `entries[i]` equal entries `models[i]` in content and metadata. */
export interface Twins {
  readonly entries: Uint32Array;
  readonly models: Uint32Array;
}

export interface TwinInput {
  readonly count: number;
  readonly kind: Uint8Array;
  /** Numbers of equal content are made equal in it. */
  readonly content: Int32Array;
  readonly metadata: Int32Array;
  /** The file hash of content of several blocks, of which equal content may have several rows. */
  readonly hashOf: (entry: number) => Buffer | undefined;
  /** False for entries that must not be made from another. */
  readonly mayRepeat: (entry: number) => boolean;
}

/**
 * Files that are the same in content and metadata: the names of one file, or copies with their times. The
 * first of them is restored, the others are made from it, so that a file with many names is neither written
 * nor held many times.
 */
export function findTwins(input: TwinInput): Twins {
  const entries: number[] = [];
  const models: number[] = [];
  const files = sortedBy(filesOf(input), input.metadata);
  for (const sameMetadata of runs(files, input.metadata)) {
    unifyContent(sameMetadata, input);
    const sorted = sortedBy(sameMetadata, input.content);
    for (const same of runs(sorted, input.content)) {
      const [model] = same;
      for (const entry of same.subarray(1)) {
        if (model === undefined || !input.mayRepeat(entry)) continue;
        entries.push(entry);
        models.push(model);
      }
    }
  }
  return { entries: Uint32Array.from(entries), models: Uint32Array.from(models) };
}

/** Gives equal contents of the entries one number. */
function unifyContent(entries: Uint32Array, { content, hashOf }: TwinInput): void {
  const firstOfHash = new Map<string, number>();
  for (const entry of entries) {
    const reference = content[entry] ?? 0;
    const hash = reference > 0 ? hashOf(entry)?.toString('latin1') : undefined;
    if (hash === undefined) continue;
    const first = firstOfHash.get(hash);
    if (first === undefined) firstOfHash.set(hash, reference);
    else content[entry] = first;
  }
}

function filesOf({ count, kind, metadata }: TwinInput): Uint32Array {
  const files = new Uint32Array(count);
  let found = 0;
  for (let entry = 0; entry < count; entry++) {
    if (kind[entry] === RESTORE_KINDS.file && metadata[entry] !== 0) files[found++] = entry;
  }
  return files.subarray(0, found);
}

/**
 * The entries ordered by a column, then by themselves: pairs packed into 64 bits, which the engine sorts
 * fastest.
 */
function sortedBy(entries: Uint32Array, column: Int32Array): Uint32Array {
  const keys = new BigInt64Array(entries.length);
  const words = new Int32Array(keys.buffer);
  entries.forEach((entry, index) => {
    words[2 * index] = entry;
    words[2 * index + 1] = column[entry] ?? 0;
  });
  keys.sort();
  return Uint32Array.from(entries, (_, index) => words[2 * index] ?? 0);
}

/** The stretches of two or more entries that have the same value. */
function* runs(entries: Uint32Array, column: Int32Array): Generator<Uint32Array> {
  for (let start = 0; start < entries.length; ) {
    const value = column[entries[start] ?? 0];
    let end = start + 1;
    while (end < entries.length && column[entries[end] ?? 0] === value) end++;
    if (end - start > 1) yield entries.subarray(start, end);
    start = end;
  }
}
