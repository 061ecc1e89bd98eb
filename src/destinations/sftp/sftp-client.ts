import type { Stats } from 'ssh2';
import { counted } from '../../base/index.ts';
import type { ByteRange, FreeSpace } from '../abilities.ts';
import type { RemoteFile } from '../destination.ts';
import { type Attempt, failureOf, MEANINGS, type Meaning } from '../support/attempt.ts';
import { folderStays } from '../support/file-failures.ts';
import type { FolderClient, ReadsRanges, TellsSpace } from '../support/folder-client.ts';
import { type OpenFile, readPieces } from './read-file.ts';
import { type SftpRequest, type SftpSession, UnknownRequest } from './session.ts';
import type { SftpSettings } from './settings.ts';
import { STATUS, statusOf, translate } from './sftp-failures.ts';
import { writePieces } from './write-file.ts';

interface SpaceAnswer {
  readonly f_frsize: number;
  readonly f_blocks: number;
  readonly f_bavail: number;
  readonly f_flag: number;
}

const READ_ONLY_FLAG = 1;
/** Servers only say that making it failed. */
const NO_FOLDER: Meaning = { code: 'destination-refused', because: 'this is a file, not a folder' };

/** The files of one folder over one session. */
export class SftpClient implements FolderClient, ReadsRanges, TellsSpace {
  readonly #session: SftpSession;
  readonly #folder: string;
  readonly #limits: SftpSettings['limits'];

  constructor(session: SftpSession, { folder, limits }: Pick<SftpSettings, 'folder' | 'limits'>) {
    this.#session = session;
    this.#folder = folder;
    this.#limits = limits;
  }

  get isOpen(): boolean {
    return this.#session.isOpen;
  }

  close(): void {
    this.#session.close();
  }

  async *list(): AsyncGenerator<RemoteFile> {
    const attempt = this.#attempt('list the files');
    const handle = await this.#ask<Buffer>(attempt, (sftp, answer) => sftp.opendir(this.#folder, answer));
    try {
      for (;;) {
        const entries = await this.#readEntries(attempt, handle);
        if (entries === undefined) return;
        yield* entries;
      }
    } finally {
      this.#closeLater(handle);
    }
  }

  async *read(name: string): AsyncGenerator<Buffer> {
    const attempt = this.#attempt(`read '${name}'`, true);
    const handle = await this.#open(attempt, name, 'r');
    try {
      const { size } = await this.#ask<{ size: number }>(attempt, (sftp, answer) =>
        sftp.fstat(handle, answer),
      );
      yield* this.#pieces(attempt, handle, { offset: 0, length: size });
    } finally {
      this.#closeLater(handle);
    }
  }

  async readRange(name: string, range: ByteRange): Promise<Uint8Array> {
    const attempt = this.#attempt(`read '${name}'`, true);
    const handle = await this.#open(attempt, name, 'r');
    try {
      const pieces: Buffer[] = [];
      for await (const piece of this.#pieces(attempt, handle, range)) pieces.push(piece);
      return Buffer.concat(pieces);
    } finally {
      this.#closeLater(handle);
    }
  }

  async write(name: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const attempt = this.#attempt('store a file');
    const handle = await this.#open(attempt, name, 'wx');
    const file = { session: this.#session, handle, limitMs: this.#limits.transferMs };
    try {
      await this.#attempting(attempt, () => writePieces(file, pieces));
      await this.#flush(attempt, handle);
    } catch (error) {
      this.#closeLater(handle);
      throw error;
    }
    // Servers with a quota or a network file system behind them may report a full disk only now.
    await this.#ask<null>(attempt, (sftp, answer) => sftp.close(handle, (error) => answer(error, null)));
  }

  async sizeBytes(name: string): Promise<number> {
    const attempt = this.#attempt(`measure '${name}'`, true);
    const stats = await this.#ask<{ size: number }>(attempt, (sftp, answer) =>
      sftp.stat(this.#path(name), answer),
    );
    return stats.size;
  }

  /** The basic request does not replace; the one that does is OpenSSH's, which most servers know. */
  async replace(name: string, newName: string): Promise<void> {
    const attempt = this.#attempt(`store '${newName}'`);
    const [from, to] = [this.#path(name), this.#path(newName)];
    await this.#attempting(attempt, async () => {
      try {
        await this.#send<null>((sftp, answer) => sftp.ext_openssh_rename(from, to, (e) => answer(e, null)));
      } catch (error) {
        if (!(error instanceof UnknownRequest) && statusOf(error) !== STATUS.unsupported) throw error;
        await this.#send<null>((sftp, answer) => sftp.unlink(to, (e) => answer(e, null))).catch(() => {});
        await this.#send<null>((sftp, answer) => sftp.rename(from, to, (e) => answer(e, null)));
      }
    });
  }

  /** Looks first, because some servers replace although the protocol forbids it. */
  async rename(name: string, newName: string): Promise<void> {
    const attempt = this.#attempt(`rename '${name}'`, true);
    const [from, to] = [this.#path(name), this.#path(newName)];
    await this.#ask(attempt, (sftp, answer) => sftp.stat(from, answer));
    if (await this.#exists(attempt, to)) throw failureOf(attempt, MEANINGS.fileExists);
    await this.#ask<null>(attempt, (sftp, answer) => sftp.rename(from, to, (error) => answer(error, null)));
  }

  async remove(name: string): Promise<void> {
    const attempt = this.#attempt(`delete '${name}'`, true);
    const path = this.#path(name);
    await this.#attempting(attempt, async () => {
      try {
        await this.#send<null>((sftp, answer) => sftp.unlink(path, (error) => answer(error, null)));
      } catch (error) {
        // Servers only say that it failed.
        if (statusOf(error) === STATUS.failure && (await this.#isFolder(attempt, path)))
          throw folderStays(name);
        throw error;
      }
    });
  }

  async makeFolder(below = ''): Promise<void> {
    const attempt = this.#attempt('create a folder');
    const full = below === '' ? this.#folder : this.#path(below);
    const names = full.split('/').filter((name) => name !== '' && name !== '.');
    let path = full.startsWith('/') ? '/' : '';
    for (const name of names) {
      path += path === '' || path.endsWith('/') ? name : `/${name}`;
      if (!(await this.#isFolder(attempt, path))) await this.#makeOneFolder(attempt, path);
    }
  }

  async freeSpace(): Promise<FreeSpace> {
    const space = await this.#ask<SpaceAnswer>(this.#attempt('measure the free space'), (sftp, answer) =>
      sftp.ext_openssh_statvfs(this.#folder, answer),
    );
    return {
      totalBytes: space.f_frsize * space.f_blocks,
      freeBytes: space.f_frsize * space.f_bavail,
    };
  }

  /** Another client may have made it meanwhile. */
  async #makeOneFolder(attempt: Attempt, path: string): Promise<void> {
    try {
      await this.#ask<null>(attempt, (sftp, answer) => sftp.mkdir(path, (error) => answer(error, null)));
    } catch (error) {
      if (await this.#isFolder(attempt, path)) return;
      if (await this.#exists(attempt, path)) throw failureOf(attempt, NO_FOLDER, error);
      throw error;
    }
  }

  async #readEntries(attempt: Attempt, handle: Buffer): Promise<RemoteFile[] | undefined> {
    return this.#attempting(attempt, async () => {
      try {
        const entries = await this.#session.ask<Entry[]>(this.#limits.listMs, (sftp, answer) =>
          sftp.readdir(handle, answer),
        );
        return entries.filter(({ attrs }) => isFile(attrs.mode)).map(toRemoteFile);
      } catch (error) {
        if (statusOf(error) === STATUS.endOfFile) return undefined;
        throw error;
      }
    });
  }

  #pieces(attempt: Attempt, handle: Buffer, range: ByteRange): AsyncGenerator<Buffer> {
    const file: OpenFile = {
      session: this.#session,
      handle,
      limitMs: this.#limits.transferMs,
      endsAt: (offset) =>
        failureOf(attempt, {
          code: 'destination-corrupt',
          because: `it ends after ${counted(offset, 'byte')}`,
        }),
    };
    return this.#translated(attempt, readPieces(file, range));
  }

  async *#translated(attempt: Attempt, pieces: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
    try {
      yield* pieces;
    } catch (error) {
      throw await this.#translate(attempt, error);
    }
  }

  #open(attempt: Attempt, name: string, mode: 'r' | 'wx'): Promise<Buffer> {
    return this.#ask(attempt, (sftp, answer) => sftp.open(this.#path(name), mode, answer));
  }

  /** Of the servers that cannot, nothing more can be had. */
  async #flush(attempt: Attempt, handle: Buffer): Promise<void> {
    try {
      await this.#session.ask<null>(this.#limits.transferMs, (sftp, answer) =>
        sftp.ext_openssh_fsync(handle, (error) => answer(error, null)),
      );
    } catch (error) {
      if (error instanceof UnknownRequest || statusOf(error) === STATUS.unsupported) return;
      throw await this.#translate(attempt, error);
    }
  }

  async #exists(attempt: Attempt, path: string): Promise<boolean> {
    return this.#attempting(attempt, async () => (await this.#look(path)) !== undefined);
  }

  async #isFolder(attempt: Attempt, path: string): Promise<boolean> {
    return this.#attempting(attempt, async () => (await this.#look(path))?.isDirectory() === true);
  }

  /** What is there; `undefined` if nothing is. */
  async #look(path: string): Promise<Stats | undefined> {
    try {
      return await this.#send<Stats>((sftp, answer) => sftp.stat(path, answer));
    } catch (error) {
      if (statusOf(error) === STATUS.noSuchFile) return undefined;
      throw error;
    }
  }

  /** Not waited for: its outcome changes nothing. */
  #closeLater(handle: Buffer): void {
    this.#session.request<null>(
      this.#limits.shortMs,
      (sftp, answer) => sftp.close(handle, (error) => answer(error, null)),
      () => {},
    );
  }

  #send<T>(request: SftpRequest<T>): Promise<T> {
    return this.#session.ask(this.#limits.shortMs, request);
  }

  #ask<T>(attempt: Attempt, request: SftpRequest<T>): Promise<T> {
    return this.#attempting(attempt, () => this.#send(request));
  }

  async #attempting<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw await this.#translate(attempt, error);
    }
  }

  #translate(attempt: Attempt, error: unknown): Promise<unknown> {
    return translate(error, attempt, {
      hasFolder: async () => (await this.#look(this.#folder))?.isDirectory() === true,
      storageState: () => this.#storageState(),
    });
  }

  async #storageState(): Promise<'writable' | 'full' | 'read-only'> {
    try {
      const space = await this.#send<SpaceAnswer>((sftp, answer) =>
        sftp.ext_openssh_statvfs(this.#folder, answer),
      );
      if ((space.f_flag & READ_ONLY_FLAG) !== 0) return 'read-only';
      return space.f_bavail === 0 ? 'full' : 'writable';
    } catch {
      return 'writable';
    }
  }

  #attempt(action: string, seeksFile = false): Attempt {
    return { place: `the folder '${this.#folder}' at ${this.#session.host}`, action, seeksFile };
  }

  #path(name: string): string {
    return this.#folder.endsWith('/') ? `${this.#folder}${name}` : `${this.#folder}/${name}`;
  }
}

interface Entry {
  readonly filename: string;
  readonly attrs: { readonly mode: number; readonly size: number; readonly mtime: number };
}

function isFile(mode: number): boolean {
  const FORMAT_MASK = 0o170000;
  const REGULAR = 0o100000;
  return (mode & FORMAT_MASK) === REGULAR;
}

function toRemoteFile({ filename, attrs }: Entry): RemoteFile {
  return { name: filename, sizeBytes: attrs.size, modifiedAtMs: attrs.mtime * 1000 };
}
