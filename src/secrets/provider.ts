/** A store of secrets. Failures are `SecretError`s. */
export interface SecretProvider {
  /**
   * The values of those names that the provider holds; names that it does not hold are absent from the
   * answer. Throws `secret-provider-unreachable`, `secret-provider-refused`.
   */
  read(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Stores a secret, in the place of an older one of the name. Absent where the provider only gives secrets out. */
  store?(name: string, value: string): Promise<void>;
}

/** What can be said about a kind of provider without asking it. */
export interface ProviderDescriptor {
  /** The scheme of its addresses. */
  readonly scheme: string;
  readonly displayName: string;
  /** The forms of its address, the usual one first. */
  readonly urlForms: readonly string[];
  /** What may stand in the query of its address, and what it means. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly canStore: boolean;
}

/** What providers need of the process that asks them. */
export interface SecretContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Where kept secrets are written, encrypted, if they are to outlive the process. */
  readonly temporaryFolder: string;
}

/** Makes a provider without asking it anything. Throws `secret-provider-invalid`. */
export type OpenProvider = (url: ProviderUrl, context: SecretContext) => SecretProvider;

/** The address of a provider in its parts, decoded. */
export interface ProviderUrl {
  /** In lower case. */
  readonly scheme: string;
  /** What stands before the query: a host with a port, a path, or nothing. */
  readonly address: string;
  /** Names in lower case. */
  readonly query: Readonly<Record<string, string>>;
}
