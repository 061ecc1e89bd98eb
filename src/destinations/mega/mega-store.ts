import { randomBytes } from 'node:crypto';
import type { ByteRange, FreeSpace } from '../abilities.ts';
import type { SignalOptions, UploadSource } from '../destination.ts';
import { DestinationError } from '../destination-error.ts';
import { checkStored } from '../support/hashed-source.ts';
import type { MovingIdStore, StoredFolder } from '../support/id-store.ts';
import { numberAt, objectsAt, requiredText } from '../support/json.ts';
import { openFile, readFileRange } from './download.ts';
import type { MegaClient } from './mega-client.ts';
import { joinFileKey, sealAttributes, sealBlocks, splitFileKey } from './mega-key.ts';
import { type MegaFile, MegaTree, readFile } from './mega-nodes.ts';
import { uploadBytes } from './upload.ts';

/** What a new folder is called until it has a handle. */
const NEW_FOLDER = 'xxxxxxxx';

/** The nodes of a Mega account. The server knows neither names nor bytes: all is sealed here. */
export class MegaStore implements MovingIdStore<MegaFile> {
  readonly #client: MegaClient;
  /** Of the last listing, for the way to the destination's folder. */
  #tree: MegaTree | undefined;

  constructor(client: MegaClient) {
    this.#client = client;
  }

  async findRoot(options: SignalOptions): Promise<string> {
    return (await this.#loadTree(options)).rootId;
  }

  async *listFolders(parentId: string, options: SignalOptions): AsyncGenerator<StoredFolder> {
    yield* (this.#tree ?? (await this.#loadTree(options))).foldersIn(parentId);
  }

  async *listFiles(folderId: string, options: SignalOptions): AsyncGenerator<MegaFile> {
    const tree = await this.#loadTree(options);
    if (!tree.has(folderId)) {
      throw new DestinationError('destination-folder-missing', 'The folder is not there any more.');
    }
    yield* tree.filesIn(folderId);
  }

  async createFolder(parentId: string, name: string, options: SignalOptions): Promise<string> {
    const { masterKey } = await this.#client.session(options);
    const key = randomBytes(16);
    const node = {
      h: NEW_FOLDER,
      t: 1,
      a: sealAttributes(key, { n: name }),
      k: sealBlocks(masterKey, key).toString('base64url'),
    };
    const action = `create the folder '${name}'`;
    const answer = await this.#client.call({
      ...options,
      command: { a: 'p', t: parentId, n: [node] },
      action,
    });
    this.#tree = undefined;
    return requiredText(objectsAt(answer, 'f')[0], 'h');
  }

  open(file: MegaFile, options: SignalOptions): Promise<AsyncIterable<Uint8Array>> {
    return openFile(this.#client, file, options);
  }

  readRange(file: MegaFile, range: ByteRange, options: SignalOptions): Promise<Uint8Array> {
    return readFileRange(this.#client, file, range, options);
  }

  async upload(
    folderId: string,
    { name, source }: { readonly name: string; readonly source: UploadSource },
    options: SignalOptions,
  ): Promise<MegaFile> {
    const { handle, fileKey } = await uploadBytes(this.#client, { name, source }, options);
    const { masterKey } = await this.#client.session(options);
    const node = {
      h: handle,
      t: 0,
      a: sealAttributes(fileKey.key, { n: name }),
      k: sealBlocks(masterKey, joinFileKey(fileKey)).toString('base64url'),
    };
    const answer = await this.#client.call({
      ...options,
      command: { a: 'p', t: folderId, n: [node] },
      action: `store '${name}'`,
      missing: 'destination-folder-missing',
    });
    const stored = readFile(objectsAt(answer, 'f')[0] ?? {}, masterKey);
    if (stored?.name !== name) {
      throw new DestinationError(
        'destination-corrupt',
        `The storage did not keep '${name}' as it was sent.`,
        {
          details: { name },
        },
      );
    }
    checkStored(name, { sizeBytes: stored.sizeBytes }, { sizeBytes: source.sizeBytes });
    return stored;
  }

  async remove(files: readonly MegaFile[], options: SignalOptions): Promise<void> {
    for (const { id, name } of files) {
      await this.#client.call({
        ...options,
        command: { a: 'd', n: id },
        action: `delete '${name}'`,
        missing: 'destination-file-missing',
      });
    }
  }

  async move(
    file: MegaFile,
    target: { readonly folderId: string; readonly name: string; readonly isElsewhere: boolean },
    options: SignalOptions,
  ): Promise<void> {
    const action = `rename '${file.name}' to '${target.name}'`;
    const about = { ...options, action, missing: 'destination-file-missing' } as const;
    if (target.name !== file.name) {
      const at = sealAttributes(splitFileKey(file.storedKey).key, { n: target.name });
      await this.#client.call({ ...about, command: { a: 'a', n: file.id, at } });
    }
    if (target.isElsewhere)
      await this.#client.call({ ...about, command: { a: 'm', n: file.id, t: target.folderId } });
  }

  async freeSpace(options: SignalOptions): Promise<FreeSpace> {
    const command = { a: 'uq', strg: 1 };
    const answer = await this.#client.call({ ...options, command, action: 'ask for the free space' });
    const totalBytes = numberAt(answer, 'mstrg') ?? 0;
    return { totalBytes, freeBytes: Math.max(0, totalBytes - (numberAt(answer, 'cstrg') ?? 0)) };
  }

  close(): void {
    this.#client.close();
  }

  /** All of the account: Mega lists no single folder. */
  async #loadTree(options: SignalOptions): Promise<MegaTree> {
    const { masterKey } = await this.#client.session(options);
    const command = { a: 'f', c: 1, r: 1 };
    const action = 'list the folder';
    const answer = await this.#client.call({ ...options, command, action, limit: 'list' });
    const tree = new MegaTree(answer, masterKey);
    this.#tree = tree;
    return tree;
  }
}
