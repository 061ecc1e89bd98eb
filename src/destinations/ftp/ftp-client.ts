import { once } from 'node:events';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Client, type FileInfo, FileType } from 'basic-ftp';
import { counted } from '../../base/index.ts';
import type { RemoteFile } from '../destination.ts';
import { type Attempt, failureOf, MEANINGS } from '../support/attempt.ts';
import type { FolderClient } from '../support/folder-client.ts';
import { isShakingHands } from '../support/http/tls-settings.ts';
import type { FtpLogin } from './connect.ts';
import { answerOf, isUnknownCommand, translate } from './ftp-failures.ts';
import { gatherPieces } from './gather-pieces.ts';
import type { FtpSettings } from './settings.ts';
import { uploadStream } from './upload-stream.ts';

/** Other clients may store files in between. */
const LISTING_TRIES = 4;
/** The answer to any command by which a server takes its leave (RFC 959, section 5.4). */
const SERVICE_ENDS = 421;

/** The files of one folder over one connection. */
export class FtpClient implements FolderClient {
  readonly #client: Client;
  readonly #settings: FtpSettings;
  /** With its leading slash, because the current folder of a connection changes. */
  readonly #folder: string;
  #listingWasCut = false;

  constructor({ client, folder }: FtpLogin, settings: FtpSettings) {
    this.#client = client;
    this.#settings = settings;
    this.#folder = folder;
    client.ftp.log = (line) => {
      // The only sign of a listing that stops at a limit of the server is in the text of an answer that
      // reports success.
      if (/^< .*truncated/is.test(line)) this.#listingWasCut = true;
    };
  }

  get isOpen(): boolean {
    return !this.#client.closed;
  }

  close(): void {
    this.#client.close();
  }

  /** Servers end connections that are idle, and some say so only when they are asked for something. */
  async isAnswering(): Promise<boolean> {
    try {
      await this.#client.send('NOOP');
    } catch (error) {
      const answer = answerOf(error);
      return answer !== undefined && answer !== SERVICE_ENDS;
    }
    return this.isOpen;
  }

  /**
   * Some servers list a folder that is not there as an empty one, so it is entered first. Where the
   * connection for data ends too early, nothing tells that from the end of the list, and the server may have
   * sent everything in good faith; so a list is believed when it comes twice with as many files.
   */
  async *list(): AsyncGenerator<RemoteFile> {
    const attempt = this.#attempt('list the files');
    const files = await this.#attempting(attempt, undefined, async () => {
      await this.#client.cd(this.#folder);
      this.#listingWasCut = false;
      return this.#listTwice(attempt);
    });
    if (this.#listingWasCut && !this.#settings.acceptsCutListings) throw cutListing(attempt);
    for (const { name, type, size, modifiedAt } of files) {
      if (type === FileType.File || type === FileType.Unknown)
        yield { name, sizeBytes: size, modifiedAtMs: modifiedAt?.getTime() };
    }
  }

  async #listTwice(attempt: Attempt): Promise<FileInfo[]> {
    let previous = await this.#client.list();
    for (let tries = 1; tries < LISTING_TRIES; tries++) {
      const listed = await this.#client.list();
      if (listed.length === previous.length) return listed;
      previous = listed;
    }
    throw failureOf(attempt, { code: 'destination-unreachable', because: 'each listing shows other files' });
  }

  async *read(name: string): AsyncGenerator<Uint8Array> {
    const attempt = this.#attempt(`read '${name}'`, true);
    const expectedBytes = await this.sizeBytes(name, attempt);
    const path = await this.#reach(attempt, name);
    const pipe = gatherPieces();
    const download = this.#attempting(attempt, name, () => this.#client.downloadTo(pipe, path));
    // Its failure also ends the pipe, and is thrown below.
    download.catch(() => {});
    let readBytes = 0;
    try {
      for await (const piece of pipe) {
        const bytes: Buffer = piece;
        readBytes += bytes.length;
        yield bytes;
      }
    } catch (error) {
      await download;
      throw error;
    }
    await download;
    if (expectedBytes !== undefined && readBytes !== expectedBytes) {
      throw failureOf(attempt, {
        code: 'destination-corrupt',
        because: `${counted(readBytes, 'byte')} came instead of ${expectedBytes}`,
      });
    }
  }

  async write(name: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const attempt = this.#attempt('store a file');
    const path = await this.#reach(attempt, name);
    // Some servers reset the connection for data when the folder is not there, which comes sooner than their answer.
    await this.#attempting(attempt, undefined, () => this.#client.cd(this.#folder));
    let failure: { readonly error: unknown } | undefined;
    const { ftp } = this.#client;
    const whole = async function* (): AsyncGenerator<Uint8Array> {
      try {
        yield* pieces;
      } catch (error) {
        failure = { error };
        throw error;
      }
      await handshakeDone(ftp.dataSocket);
    };
    await this.#attempting(attempt, undefined, async () => {
      const stream = uploadStream(whole(), () => ftp.dataSocket);
      try {
        await this.#client.uploadFrom(stream, path);
      } catch (error) {
        // Errors of the source are not the server's.
        if (failure === undefined) throw error;
      } finally {
        // Whoever breaks the connection off leaves it as it is, and with it the source open.
        stream.destroy();
      }
    });
    if (failure !== undefined) throw failure.error;
  }

  async sizeBytes(
    name: string,
    attempt = this.#attempt(`measure '${name}'`, true),
  ): Promise<number | undefined> {
    const path = await this.#reach(attempt, name);
    try {
      return await this.#client.size(path);
    } catch (error) {
      if (isUnknownCommand(error)) return undefined;
      throw await this.#translate(attempt, name, error);
    }
  }

  /** Most servers replace; where one does not, the old file goes first. */
  async replace(name: string, newName: string): Promise<void> {
    const attempt = this.#attempt(`store '${newName}'`);
    const from = await this.#reach(attempt, name);
    const to = this.#checkedPath(attempt, newName);
    await this.#attempting(attempt, undefined, async () => {
      try {
        await this.#client.rename(from, to);
      } catch (error) {
        if (answerOf(error) === undefined) throw error;
        await this.#client.remove(to, true);
        await this.#client.rename(from, to);
      }
    });
  }

  async rename(name: string, newName: string): Promise<void> {
    const attempt = this.#attempt(`rename '${name}'`, true);
    const from = await this.#reach(attempt, name);
    const to = this.#checkedPath(attempt, newName);
    await this.#attempting(attempt, name, async () => {
      if (await this.#hasFile(to)) throw failureOf(attempt, MEANINGS.fileExists);
      await this.#client.rename(from, to);
    });
  }

  async remove(name: string): Promise<void> {
    const attempt = this.#attempt(`delete '${name}'`, true);
    const path = await this.#reach(attempt, name);
    await this.#attempting(attempt, name, () => this.#client.remove(path));
  }

  async makeFolder(below = ''): Promise<void> {
    const attempt = this.#attempt('create a folder');
    const full = below === '' ? this.#folder : `${this.#folder}/${below}`;
    let path = '';
    for (const name of full.split('/').filter((part) => part !== '')) {
      path += `/${name}`;
      if (!(await this.#hasFolder(path))) await this.#makeOneFolder(attempt, path);
    }
  }

  /** Another client may have made it meanwhile. */
  async #makeOneFolder(attempt: Attempt, path: string): Promise<void> {
    try {
      await this.#client.send(`MKD ${path}`);
    } catch (error) {
      if (await this.#hasFolder(path)) return;
      const because = error instanceof Error ? `the server says '${error.message}'` : 'the server refuses';
      if (answerOf(error) !== undefined)
        throw failureOf(attempt, { ...MEANINGS.noPermission, because }, error);
      throw await this.#translate(attempt, undefined, error);
    }
  }

  /** How a command names a file of the folder. With plain names, the folder is entered before. */
  async #reach(attempt: Attempt, name: string): Promise<string> {
    const path = this.#checkedPath(attempt, name);
    if (this.#settings.names === 'below-current-folder')
      await this.#attempting(attempt, undefined, () => this.#client.cd(this.#folder));
    return path;
  }

  #checkedPath(attempt: Attempt, name: string): string {
    if (/[\r\n]/.test(name)) {
      throw failureOf(attempt, {
        code: 'destination-refused',
        because: 'FTP cannot carry names with line breaks',
      });
    }
    return this.#path(name);
  }

  #path(name: string): string {
    if (this.#settings.names === 'below-current-folder') return name;
    return this.#folder.endsWith('/') ? `${this.#folder}${name}` : `${this.#folder}/${name}`;
  }

  async #hasFolder(path: string): Promise<boolean> {
    const { code } = await this.#client.sendIgnoringError(`CWD ${path}`);
    return code < 400;
  }

  async #hasFile(path: string): Promise<boolean> {
    const { code } = await this.#client.sendIgnoringError(`SIZE ${path}`);
    return code < 400;
  }

  /** `sought` is the file that the attempt needs. */
  async #attempting<T>(attempt: Attempt, sought: string | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw await this.#translate(attempt, sought, error);
    }
  }

  #translate(attempt: Attempt, sought: string | undefined, error: unknown): Promise<unknown> {
    return translate(error, attempt, {
      host: this.#settings.host,
      hasFolder: () => this.#hasFolder(this.#folder),
      hasFile: async () => sought !== undefined && this.#hasFile(this.#path(sought)),
    });
  }

  #attempt(action: string, seeksFile = false): Attempt {
    return { place: `the folder '${this.#folder}' at ${this.#settings.host}`, action, seeksFile };
  }
}

/** An empty file would end the connection before TLS is agreed on, which servers take for an attack. */
async function handshakeDone(socket: Socket | undefined): Promise<void> {
  if (socket instanceof TLSSocket && isShakingHands(socket)) await once(socket, 'secureConnect');
}

function cutListing(attempt: Attempt): Error {
  return failureOf(attempt, {
    code: 'destination-refused',
    because: 'the server cuts listings off at a limit of its own',
    hint: 'Raise the limit at the server (Pure-FTPd: LimitRecursion), or use a folder with fewer files. --ignore-pureftpd-limit-issue goes on with what is listed, and takes the rest for missing.',
  });
}
