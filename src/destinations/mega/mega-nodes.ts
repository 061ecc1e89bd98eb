import type { StoredFile, StoredFolder } from '../support/id-store.ts';
import {
  type JsonObject,
  numberAt,
  objectsAt,
  parseJsonObject,
  requiredText,
  textAt,
} from '../support/json.ts';
import { openAttributes, openBlocks, splitFileKey } from './mega-key.ts';

/** A file on Mega. */
export interface MegaFile extends StoredFile {
  /** As it is stored, opened: see `splitFileKey`. */
  readonly storedKey: Buffer;
}

export interface MegaFolder extends StoredFolder {
  readonly parentId: string;
}

const FILE = 0;
const FOLDER = 1;
const ROOT = 2;
const STORED_KEY_BYTES = { [FILE]: 32, [FOLDER]: 16 } as const;

/** Everything in an account, as one request gives it. */
export class MegaTree {
  readonly #filesOf = new Map<string, MegaFile[]>();
  readonly #folders = new Map<string, MegaFolder>();
  readonly rootId: string;

  constructor(answer: JsonObject, masterKey: Buffer) {
    let rootId = '';
    for (const item of objectsAt(answer, 'f')) {
      const kind = numberAt(item, 't');
      if (kind === ROOT) rootId = requiredText(item, 'h');
      else if (kind === FILE) this.#addFile(item, masterKey);
      else if (kind === FOLDER) this.#addFolder(item, masterKey);
    }
    this.rootId = rootId;
  }

  foldersIn(parentId: string): readonly MegaFolder[] {
    return [...this.#folders.values()].filter((folder) => folder.parentId === parentId);
  }

  filesIn(folderId: string): readonly MegaFile[] {
    return this.#filesOf.get(folderId) ?? [];
  }

  /** False for folders that are not there any more, and for those in the trash. */
  has(folderId: string): boolean {
    let id = folderId;
    // A folder cannot lie deeper than there are folders.
    for (let depth = 0; depth <= this.#folders.size; depth += 1) {
      if (id === this.rootId) return true;
      const folder = this.#folders.get(id);
      if (folder === undefined) return false;
      id = folder.parentId;
    }
    return false;
  }

  #addFile(item: JsonObject, masterKey: Buffer): void {
    const file = readFile(item, masterKey);
    if (file === undefined) return;
    const parentId = requiredText(item, 'p');
    const files = this.#filesOf.get(parentId) ?? [];
    files.push(file);
    this.#filesOf.set(parentId, files);
  }

  #addFolder(item: JsonObject, masterKey: Buffer): void {
    const key = readKey(item, masterKey, FOLDER);
    const name = key === undefined ? undefined : nameOf(item, key);
    const id = requiredText(item, 'h');
    // A folder whose name cannot be read still has what lies in it.
    this.#folders.set(id, { id, name: name ?? '', parentId: textAt(item, 'p') ?? '' });
  }
}

/**
 * A file of an answer; `undefined` for one that the account's key does not open, such as one that somebody
 * else shares.
 */
export function readFile(item: JsonObject, masterKey: Buffer): MegaFile | undefined {
  const storedKey = readKey(item, masterKey, FILE);
  const name = storedKey === undefined ? undefined : nameOf(item, splitFileKey(storedKey).key);
  if (storedKey === undefined || name === undefined) return undefined;
  const seconds = numberAt(item, 'ts') ?? 0;
  return {
    id: requiredText(item, 'h'),
    name,
    sizeBytes: numberAt(item, 's') ?? -1,
    modifiedAtMs: seconds * 1000,
    age: seconds,
    storedKey,
  };
}

/** Keys come as `user:key`, one for each who may read it; the own one is the first. */
function readKey(item: JsonObject, masterKey: Buffer, kind: typeof FILE | typeof FOLDER): Buffer | undefined {
  const [own = ''] = (textAt(item, 'k') ?? '').split('/');
  const sealed = Buffer.from(own.slice(own.indexOf(':') + 1), 'base64url');
  return sealed.length === STORED_KEY_BYTES[kind] ? openBlocks(masterKey, sealed) : undefined;
}

function nameOf(item: JsonObject, key: Buffer): string | undefined {
  const text = openAttributes(key, textAt(item, 'a') ?? '');
  if (text === undefined) return undefined;
  try {
    return textAt(parseJsonObject(text), 'n');
  } catch {
    return undefined;
  }
}
