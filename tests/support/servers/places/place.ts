/** Options by name. */
export type PlaceOptions = Readonly<Record<string, string>>;

/** How to get to one folder of a server, as a user would write it. */
export interface Way {
  readonly url: string;
  readonly options: PlaceOptions;
}

/** A real server of one kind, where folders for backups can lie. */
export interface Place {
  /** Where the server listens; a proxy can stand before it. */
  readonly port: number;
  /** Further ports for data, which the server names at its own address. */
  readonly dataPorts?: readonly number[];
  /** The server's address; 127.0.0.1 when absent. */
  readonly host?: string;
  /** The way to a folder that need not be there, by any port of this machine that leads to the server. */
  wayTo(folder: string, port?: number): Way;
  /** The options that change where the login is to be a wrong one. */
  readonly wrongLogin: PlaceOptions;
  stop(): Promise<void>;
}

/** A kind of destination that can be tried on this machine if its server is installed. */
export interface PlaceKind {
  readonly kind: string;
  readonly speaks: 'HTTP' | 'its own protocol';
  /** Why it cannot be tried here; `undefined` if it can. */
  findObstacle(): Promise<string | undefined>;
  start(): Promise<Place>;
}

/** A way as arguments of the command line. */
export function argumentsOf({ options }: Way, more: PlaceOptions = {}): string[] {
  return Object.entries({ ...options, ...more }).map(([name, value]) => `--${name}=${value}`);
}
