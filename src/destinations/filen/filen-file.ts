import type { StoredFile } from '../support/id-store.ts';
import { type JsonObject, numberAt, parseJsonObject, requiredText, textAt } from '../support/json.ts';
import type { FilenAccount } from './account.ts';
import { FilenKey } from './filen-key.ts';

/** A file on Filen, with what opens it. */
export interface FilenFile extends StoredFile {
  readonly key: FilenKey;
  readonly chunkCount: number;
  /** Where its bytes are: region, bucket and id. */
  readonly path: string;
}

/**
 * Reads a file of a listing; `undefined` for one that these keys do not open, such as one that somebody else
 * shares.
 */
export function readFile(account: FilenAccount, item: JsonObject): FilenFile | undefined {
  const text = account.openText(requiredText(item, 'metadata'));
  const version = numberAt(item, 'version');
  if (text === undefined || (version !== 2 && version !== 3)) return undefined;
  const facts = parseJsonObject(text);
  const id = requiredText(item, 'uuid');
  const modifiedAtMs = inMilliseconds(numberAt(facts, 'lastModified') ?? numberAt(item, 'timestamp') ?? 0);
  return {
    id,
    name: requiredText(facts, 'name'),
    sizeBytes: numberAt(facts, 'size') ?? -1,
    modifiedAtMs,
    age: modifiedAtMs,
    key: new FilenKey(requiredText(facts, 'key'), version),
    chunkCount: numberAt(item, 'chunks') ?? 0,
    path: `${textAt(item, 'region')}/${textAt(item, 'bucket')}/${id}`,
  };
}

/** What is said of a file, to be sealed with the key of the account. */
export function describeFile(file: Pick<FilenFile, 'name' | 'sizeBytes' | 'age' | 'key'>): string {
  return JSON.stringify({
    name: file.name,
    size: file.sizeBytes,
    mime: 'application/octet-stream',
    key: file.key.text,
    lastModified: file.age,
    creation: file.age,
  });
}

/** Some clients write seconds. */
function inMilliseconds(time: number): number {
  return time < 100_000_000_000 ? time * 1000 : time;
}
