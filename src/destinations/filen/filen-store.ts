import { randomUUID } from 'node:crypto';
import type { ByteRange, FreeSpace } from '../abilities.ts';
import type { SignalOptions, UploadSource } from '../destination.ts';
import type { MovingIdStore, StoredFolder } from '../support/id-store.ts';
import {
  type JsonObject,
  numberAt,
  objectsAt,
  parseJsonObject,
  requiredText,
  textAt,
} from '../support/json.ts';
import { SharedValue } from '../support/shared-value.ts';
import { type FilenAccount, type FilenLogin, logIn } from './account.ts';
import { readChunksOf, readRangeOf } from './chunks.ts';
import type { FilenClient } from './filen-client.ts';
import { type FilenFile, readFile } from './filen-file.ts';
import { sealNames, uploadFile } from './upload.ts';

/** The files of a Filen account. The server knows neither names nor bytes: all is sealed here. */
export class FilenStore implements MovingIdStore<FilenFile> {
  readonly #client: FilenClient;
  readonly #account: SharedValue<FilenAccount>;
  readonly #deletes: 'for good' | 'into the trash';

  constructor(client: FilenClient, login: FilenLogin, deletes: 'for good' | 'into the trash') {
    this.#client = client;
    this.#account = new SharedValue(() => logIn(client, login));
    this.#deletes = deletes;
  }

  async findRoot(options: SignalOptions): Promise<string> {
    return (await this.#account.get(options)).rootId;
  }

  async *listFolders(parentId: string, options: SignalOptions): AsyncGenerator<StoredFolder> {
    const account = await this.#account.get(options);
    for (const item of objectsAt(await this.#content(parentId, options), 'folders')) {
      const sealed = account.openText(requiredText(item, 'name'));
      const name = sealed === undefined ? undefined : textAt(parseJsonObject(sealed), 'name');
      if (name !== undefined) yield { id: requiredText(item, 'uuid'), name };
    }
  }

  async *listFiles(folderId: string, options: SignalOptions): AsyncGenerator<FilenFile> {
    const account = await this.#account.get(options);
    for (const item of objectsAt(await this.#content(folderId, options), 'uploads')) {
      const file = readFile(account, item);
      if (file !== undefined) yield file;
    }
  }

  async createFolder(parentId: string, name: string, options: SignalOptions): Promise<string> {
    const { key, hashName } = await this.#account.get(options);
    const body = {
      uuid: randomUUID(),
      name: key.sealText(JSON.stringify({ name })),
      nameHashed: hashName(name),
      parent: parentId,
    };
    const action = `create the folder '${name}'`;
    return requiredText(await this.#client.call({ ...options, path: 'dir/create', body, action }), 'uuid');
  }

  async open(file: FilenFile, options: SignalOptions): Promise<AsyncIterable<Uint8Array>> {
    const chunks = readChunksOf(this.#client, file, { first: 0, end: file.chunkCount }, options);
    const first = await chunks.next();
    return (async function* () {
      if (first.done === true) return;
      yield first.value;
      yield* chunks;
    })();
  }

  async readRange(file: FilenFile, range: ByteRange, options: SignalOptions): Promise<Uint8Array> {
    return readRangeOf(this.#client, file, range, options);
  }

  async upload(
    folderId: string,
    { name, source }: { readonly name: string; readonly source: UploadSource },
    options: SignalOptions,
  ): Promise<FilenFile> {
    const account = await this.#account.get(options);
    return uploadFile(this.#client, account, { folderId, name, source }, options);
  }

  async remove(files: readonly FilenFile[], options: SignalOptions): Promise<void> {
    const path = this.#deletes === 'for good' ? 'file/delete/permanent' : 'file/trash';
    for (const { id, name } of files)
      await this.#client.call({ ...options, path, body: { uuid: id }, action: `delete '${name}'` });
  }

  async move(
    file: FilenFile,
    target: { readonly folderId: string; readonly name: string; readonly isElsewhere: boolean },
    options: SignalOptions,
  ): Promise<void> {
    const about = { ...options, action: `rename '${file.name}' to '${target.name}'` };
    if (target.isElsewhere) {
      const body = { uuid: file.id, to: target.folderId };
      await this.#client.call({ ...about, path: 'file/move', body });
    }
    if (target.name === file.name) return;
    const account = await this.#account.get(options);
    const body = { uuid: file.id, ...sealNames(account, { ...file, name: target.name }) };
    await this.#client.call({ ...about, path: 'file/rename', body });
  }

  async freeSpace(options: SignalOptions): Promise<FreeSpace> {
    await this.#account.get(options);
    const user = await this.#client.call({ ...options, path: 'user/info', action: 'ask for the free space' });
    const totalBytes = numberAt(user, 'maxStorage') ?? 0;
    return { totalBytes, freeBytes: Math.max(0, totalBytes - (numberAt(user, 'storageUsed') ?? 0)) };
  }

  close(): void {
    this.#client.close();
  }

  #content(uuid: string, options: SignalOptions): Promise<JsonObject> {
    const action = 'list the folder';
    return this.#client.call({ ...options, path: 'dir/content', body: { uuid }, action, limit: 'list' });
  }
}
