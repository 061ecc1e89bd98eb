import { type ConnectionOptions, TLSSocket, connect as tlsConnect } from 'node:tls';
import { Client, type FTPContext, FTPError, type FTPResponse } from 'basic-ftp';
import { connectBySocks, type SocksProxy } from '../../base/proxies/index.ts';

/** The way of one connection, whose connections for data go the same way. */
export interface FtpWay {
  readonly proxy: SocksProxy;
  /** The server as the user named it. */
  readonly host: string;
  /** How long the way through the proxy may take; 0 is no limit. */
  readonly limitMs: number;
}

/** basic-ftp's client, through a proxy that speaks SOCKS. */
export class ProxiedClient extends Client {
  readonly #way: FtpWay;
  readonly #closing = new AbortController();
  #passiveCommand: 'EPSV' | 'PASV' = 'EPSV';

  constructor(way: FtpWay, ...[timeoutMs, options]: ConstructorParameters<typeof Client>) {
    super(timeoutMs, options);
    this.#way = way;
    this.prepareTransfer = (ftp) => this.#openData(ftp);
  }

  override async connect(_host: string, port: number): Promise<FTPResponse> {
    const socket = await this.#reach(port);
    this.ftp.reset();
    this.ftp.socket = socket;
    return welcome(this.ftp);
  }

  override async connectImplicitTLS(
    _host: string,
    port: number,
    options: ConnectionOptions,
  ): Promise<FTPResponse> {
    const socket = await this.#reach(port);
    this.ftp.reset();
    this.ftp.socket = tlsConnect({ ...options, socket });
    this.ftp.tlsOptions = options;
    return welcome(this.ftp);
  }

  override close(): void {
    this.#closing.abort(new Error('The connection was closed.'));
    super.close();
  }

  #reach(port: number): ReturnType<typeof connectBySocks> {
    const { proxy, host: hostname, limitMs } = this.#way;
    return connectBySocks(proxy, { hostname, port }, { limitMs, signal: this.#closing.signal });
  }

  /**
   * Leaves a connection for data open, as `prepareTransfer` has to. Whatever address the server tells, it leads to
   * the server itself: only the proxy knows how it is reached.
   */
  async #openData(ftp: FTPContext): Promise<FTPResponse> {
    const answer = await this.#enterPassiveMode(ftp);
    const socket = await this.#reach(portOf(answer));
    if (ftp.socket instanceof TLSSocket) {
      // Servers want it to go on with the session of the login.
      const session = ftp.tlsSessionStore ?? ftp.socket.getSession();
      const secured = tlsConnect({
        ...ftp.tlsOptions,
        socket,
        ...(session === undefined ? {} : { session }),
      });
      secured.on('session', (next) => {
        ftp.tlsSessionStore = next;
      });
      ftp.dataSocket = secured;
    } else ftp.dataSocket = socket;
    return answer;
  }

  async #enterPassiveMode(ftp: FTPContext): Promise<FTPResponse> {
    try {
      return await ftp.request(this.#passiveCommand);
    } catch (error) {
      if (!(error instanceof FTPError) || this.#passiveCommand === 'PASV') throw error;
      this.#passiveCommand = 'PASV';
      return ftp.request('PASV');
    }
  }
}

/** Waits for the server's first words. */
function welcome(ftp: FTPContext): Promise<FTPResponse> {
  return ftp.handle(undefined, (answer, task) => {
    if (answer instanceof Error) task.reject(answer);
    else if (answer.code < 300) task.resolve(answer);
    else task.reject(new FTPError(answer));
  });
}

/** The port in `229 ... (|||6446|)` (RFC 2428) or `227 ... (127,0,0,1,25,46)` (RFC 959). */
function portOf({ message }: FTPResponse): number {
  const [, , extended] = /([|!])\1\1(\d{1,5})\1/.exec(message) ?? [];
  if (extended !== undefined) return Number(extended);
  const [, high, low] = /(?:\d{1,3},){4}(\d{1,3}),(\d{1,3})/.exec(message) ?? [];
  if (low === undefined) throw new Error(`The server tells no port for data: ${message}`);
  return Number(high) * 256 + Number(low);
}
