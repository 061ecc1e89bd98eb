import { counted } from '../../base/index.ts';
import type { ByteRange, FreeSpace } from '../abilities.ts';
import type { RemoteFile } from '../destination.ts';
import { type Attempt, failureOf, MEANINGS, type Meaning } from '../support/attempt.ts';
import type { FolderClient, ReadsRanges, TellsSpace } from '../support/folder-client.ts';
import type { SmbShare } from './connect.ts';
import {
  closeRequest,
  createRequest,
  flushRequest,
  INFORMATION,
  queryDirectoryRequest,
  queryInfoRequest,
  readData,
  readDirectoryEntries,
  readOpened,
  readPayload,
  readRequest,
  renameInformation,
  setInfoRequest,
  writeRequest,
} from './messages.ts';
import { isWindowsName } from './names.ts';
import type { SmbSettings } from './settings.ts';
import { COMMANDS, type MessageBody, type SmbReply } from './smb-connection.ts';
import { STATUS, smbFailure } from './smb-failures.ts';
import { CHUNKS_AHEAD, writeInChunks } from './write-in-chunks.ts';

/** What opening a file is for ([MS-SMB2] 2.2.13). */
const ACCESS = { read: 0x0012_0089, write: 0x0012_0196, change: 0x0011_0180, list: 0x0010_0081 } as const;
/** Where the server itself might take it, and list it as something else. */
const NO_WINDOWS_NAME: Meaning = {
  code: 'destination-refused',
  because: 'Windows servers do not keep such a name',
};
const DISPOSITION = { open: 1, create: 2, openOrCreate: 3 } as const;
const KIND = { folder: 1, file: 0x40, any: 0 } as const;
const IS_FOLDER = 0x10;
const LISTING_BYTES = 65_536;

/** The files of one folder of a share over one connection. */
export class SmbClient implements FolderClient, ReadsRanges, TellsSpace {
  readonly #share: SmbShare;
  readonly #settings: SmbSettings;
  readonly #spareChunks: Buffer[] = [];

  constructor(share: SmbShare, settings: SmbSettings) {
    this.#share = share;
    this.#settings = settings;
  }

  get isOpen(): boolean {
    return this.#share.connection.isOpen;
  }

  close(): void {
    this.#share.connection.fail();
  }

  async *list(): AsyncGenerator<RemoteFile> {
    const attempt = this.#attempt('list the files');
    const folder = await this.#open(attempt, this.#settings.folder, {
      access: ACCESS.list,
      disposition: DISPOSITION.open,
      kind: KIND.folder,
    });
    try {
      for (;;) {
        const reply = await this.#send(
          COMMANDS.queryDirectory,
          queryDirectoryRequest(folder.id, LISTING_BYTES),
          this.#settings.limits.listMs,
          LISTING_BYTES,
        );
        if (reply.status === STATUS.noMoreFiles || reply.status === STATUS.noSuchFile) return;
        await this.#expect(attempt, reply);
        for (const { attributes, ...file } of readDirectoryEntries(readPayload(reply.message)))
          if ((attributes & IS_FOLDER) === 0) yield file;
      }
    } finally {
      this.#closeLater(folder.id);
    }
  }

  async *read(name: string): AsyncGenerator<Uint8Array> {
    const attempt = this.#attempt(`read '${name}'`, true);
    const file = await this.#openFile(attempt, name, ACCESS.read);
    try {
      yield* this.#pieces(attempt, file.id, { offset: 0, length: file.sizeBytes });
    } finally {
      this.#closeLater(file.id);
    }
  }

  async readRange(name: string, range: ByteRange): Promise<Uint8Array> {
    const attempt = this.#attempt(`read '${name}'`, true);
    const file = await this.#openFile(attempt, name, ACCESS.read);
    try {
      const pieces: Uint8Array[] = [];
      for await (const piece of this.#pieces(attempt, file.id, range)) pieces.push(piece);
      return Buffer.concat(pieces);
    } finally {
      this.#closeLater(file.id);
    }
  }

  async write(name: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const attempt = this.#attempt('store a file');
    const file = await this.#open(attempt, this.#path(name), {
      access: ACCESS.write,
      disposition: DISPOSITION.create,
      kind: KIND.file,
    });
    try {
      await this.#writePieces(attempt, file.id, pieces);
      await this.#ask(attempt, COMMANDS.flush, flushRequest(file.id), this.#settings.limits.transferMs);
    } catch (error) {
      this.#closeLater(file.id);
      throw error;
    }
    await this.#ask(attempt, COMMANDS.close, closeRequest(file.id));
  }

  async sizeBytes(name: string): Promise<number> {
    const attempt = this.#attempt(`measure '${name}'`, true);
    const file = await this.#openFile(attempt, name, ACCESS.read);
    this.#closeLater(file.id);
    return file.sizeBytes;
  }

  async replace(name: string, newName: string): Promise<void> {
    await this.#move(this.#attempt(`store '${newName}'`), name, newName, 'replace');
  }

  async rename(name: string, newName: string): Promise<void> {
    await this.#move(this.#attempt(`rename '${name}'`, true), name, newName, 'keep');
  }

  async remove(name: string): Promise<void> {
    const attempt = this.#attempt(`delete '${name}'`, true);
    const file = await this.#openFile(attempt, name, ACCESS.change);
    const request = setInfoRequest(file.id, INFORMATION.disposition, Buffer.from([1]));
    await this.#change(attempt, file.id, request);
  }

  async makeFolder(below = ''): Promise<void> {
    const attempt = this.#attempt('create a folder');
    const full = below === '' ? this.#settings.folder : this.#path(below);
    let path = '';
    for (const name of full.split('\\').filter((part) => part !== '')) {
      path = path === '' ? name : `${path}\\${name}`;
      const opening = { access: ACCESS.list, disposition: DISPOSITION.openOrCreate, kind: KIND.folder };
      this.#closeLater((await this.#open(attempt, path, opening)).id);
    }
  }

  async freeSpace(): Promise<FreeSpace> {
    const attempt = this.#attempt('measure the free space');
    const opening = { access: ACCESS.list, disposition: DISPOSITION.open, kind: KIND.folder };
    const folder = await this.#open(attempt, this.#settings.folder, opening);
    try {
      const { message } = await this.#ask(
        attempt,
        COMMANDS.queryInfo,
        queryInfoRequest(folder.id, INFORMATION.space),
      );
      const space = readPayload(message);
      const unitBytes = space.readUInt32LE(24) * space.readUInt32LE(28);
      return {
        totalBytes: Number(space.readBigUInt64LE(0)) * unitBytes,
        freeBytes: Number(space.readBigUInt64LE(8)) * unitBytes,
      };
    } finally {
      this.#closeLater(folder.id);
    }
  }

  async #move(attempt: Attempt, name: string, newName: string, existing: 'replace' | 'keep'): Promise<void> {
    if (!newName.split('/').every(isWindowsName)) throw failureOf(attempt, NO_WINDOWS_NAME);
    const file = await this.#openFile(attempt, name, ACCESS.change);
    const information = renameInformation(this.#path(newName), existing);
    await this.#change(attempt, file.id, setInfoRequest(file.id, INFORMATION.rename, information));
  }

  /** A change of name or a deletion holds once the file is closed. */
  async #change(attempt: Attempt, id: Buffer, request: Buffer): Promise<void> {
    const reply = await this.#send(COMMANDS.setInfo, request, this.#settings.limits.shortMs);
    const closed = await this.#send(COMMANDS.close, closeRequest(id), this.#settings.limits.shortMs);
    // A name that is taken by a folder is refused as if it were a matter of permission.
    if (reply.status === STATUS.nameCollision) throw failureOf(attempt, MEANINGS.fileExists);
    await this.#expect(attempt, reply);
    await this.#expect(attempt, closed);
  }

  #writePieces(attempt: Attempt, id: Buffer, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const { transferMs } = this.#settings.limits;
    return writeInChunks(pieces, {
      chunkBytes: this.#share.maxWriteBytes,
      spare: this.#spareChunks,
      write: (offset, bytes) =>
        this.#ask(attempt, COMMANDS.write, writeRequest(id, offset, bytes), transferMs, bytes.length),
    });
  }

  async *#pieces(attempt: Attempt, id: Buffer, range: ByteRange): AsyncGenerator<Buffer> {
    const end = range.offset + range.length;
    const coming: Promise<Buffer>[] = [];
    let asked = range.offset;
    for (;;) {
      while (asked < end && coming.length < CHUNKS_AHEAD) {
        const length = Math.min(this.#share.maxReadBytes, end - asked);
        const piece = this.#readPiece(attempt, id, { offset: asked, length });
        piece.catch(() => {});
        coming.push(piece);
        asked += length;
      }
      const next = coming.shift();
      if (next === undefined) return;
      yield await next;
    }
  }

  async #readPiece(attempt: Attempt, id: Buffer, range: ByteRange): Promise<Buffer> {
    const { transferMs } = this.#settings.limits;
    const reply = await this.#send(COMMANDS.read, readRequest(id, range), transferMs, range.length);
    const bytes =
      reply.status === STATUS.endOfFile ? Buffer.alloc(0) : readData(await this.#expect(attempt, reply));
    if (bytes.length === range.length) return bytes;
    const because = `it ends after ${counted(range.offset + bytes.length, 'byte')}`;
    if (bytes.length === 0) throw failureOf(attempt, { code: 'destination-corrupt', because });
    const rest = { offset: range.offset + bytes.length, length: range.length - bytes.length };
    return Buffer.concat([bytes, await this.#readPiece(attempt, id, rest)]);
  }

  #openFile(
    attempt: Attempt,
    name: string,
    access: number,
  ): Promise<{ readonly id: Buffer; readonly sizeBytes: number }> {
    return this.#open(attempt, this.#path(name), { access, disposition: DISPOSITION.open, kind: KIND.file });
  }

  async #open(
    attempt: Attempt,
    path: string,
    opening: { readonly access: number; readonly disposition: number; readonly kind: number },
  ): Promise<{ readonly id: Buffer; readonly sizeBytes: number }> {
    return readOpened((await this.#ask(attempt, COMMANDS.create, createRequest(path, opening))).message);
  }

  /** Not waited for: its outcome changes nothing. */
  #closeLater(id: Buffer): void {
    this.#send(COMMANDS.close, closeRequest(id), this.#settings.limits.shortMs).catch(() => {});
  }

  async #ask(
    attempt: Attempt,
    command: number,
    body: MessageBody,
    limitMs = this.#settings.limits.shortMs,
    payloadBytes = 0,
  ): Promise<SmbReply> {
    return this.#expect(attempt, await this.#send(command, body, limitMs, payloadBytes));
  }

  #send(command: number, body: MessageBody, limitMs: number, payloadBytes = 0): Promise<SmbReply> {
    return this.#share.connection.request(command, body, limitMs, payloadBytes);
  }

  async #expect(attempt: Attempt, reply: SmbReply): Promise<SmbReply> {
    if (reply.status === 0) return reply;
    throw await smbFailure(attempt, reply.status, () => this.#hasFolder());
  }

  async #hasFolder(): Promise<boolean> {
    const opening = { access: ACCESS.list, disposition: DISPOSITION.open, kind: KIND.folder };
    const request = createRequest(this.#settings.folder, opening);
    const { status, message } = await this.#send(COMMANDS.create, request, this.#settings.limits.shortMs);
    if (status === 0) this.#closeLater(readOpened(message).id);
    return status !== STATUS.nameNotFound && status !== STATUS.pathNotFound;
  }

  #attempt(action: string, seeksFile = false): Attempt {
    const { host, share, folder } = this.#settings;
    const path = folder === '' ? share : `${share}/${folder.replaceAll('\\', '/')}`;
    return { place: `the folder '${path}' at ${host}`, action, seeksFile };
  }

  #path(name: string): string {
    const below = name.replaceAll('/', '\\');
    return this.#settings.folder === '' ? below : `${this.#settings.folder}\\${below}`;
  }
}
