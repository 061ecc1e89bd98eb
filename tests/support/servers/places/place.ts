/** Options by name. */
export type PlaceOptions = Readonly<Record<string, string>>;

/** How to get to one folder of a server, as a user would write it. */
export interface Way {
  readonly url: string;
  readonly options: PlaceOptions;
}

/** Where a client knocks. */
export interface Door {
  readonly port: number;
  /** 127.0.0.1 when absent. */
  readonly host?: string;
  /** True where TLS is spoken from the first byte. */
  readonly hasTls?: boolean;
}

/** The address that HTTP clients are given. */
export function originOf({ host = '127.0.0.1', port, hasTls = false }: Door): string {
  return `${hasTls ? 'https' : 'http'}://${host}:${port}`;
}

/** A real server of one kind, where folders for backups can lie. */
export interface Place {
  /** Where the server listens; a proxy can stand before it. */
  readonly port: number;
  /** Further ports for data, which the server names at its own address. */
  readonly dataPorts?: readonly number[];
  /** The server's address; 127.0.0.1 when absent. */
  readonly host?: string;
  /** The way to a folder that need not be there, by the server's own door or another one. */
  wayTo(folder: string, door?: Door): Way;
  /** The options that change where the login is to be a wrong one. */
  readonly wrongLogin: PlaceOptions;
  stop(): Promise<void>;
}

export interface PlaceSettings {
  /** True where a door with TLS stands before it, for servers that tell their own address. */
  readonly isBehindTls?: boolean;
}

/** A kind of destination that can be tried on this machine if its server is installed. */
export interface PlaceKind {
  readonly kind: string;
  readonly speaks: 'HTTP' | 'its own protocol';
  /** Whether certificates prove who the server is. */
  readonly usesTls: boolean;
  /** Why it cannot be tried here; `undefined` if it can. */
  findObstacle(): Promise<string | undefined>;
  start(settings?: PlaceSettings): Promise<Place>;
}

/** A way as arguments of the command line. */
export function argumentsOf({ options }: Way, more: PlaceOptions = {}): string[] {
  return Object.entries({ ...options, ...more }).map(([name, value]) => `--${name}=${value}`);
}
