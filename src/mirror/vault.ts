/** A folder of this machine and the path that its contents are stored under. */
export interface VaultRoot {
  readonly folder: string;
  /** Absolute, with a slash at its end. */
  readonly storedAs: string;
}

export interface VaultRequest {
  /** The destination URL. */
  readonly url: string;
  readonly parametersFile: string | undefined;
  /** All that the version is to hold: the newest folders of the sources that share the vault. */
  readonly roots: readonly VaultRoot[];
  readonly signal: AbortSignal;
}

/**
 * Stores folders as a version in the encrypted format; the entrance implements it with the engine. Throws
 * what the engine throws.
 */
export interface VaultPort {
  store(request: VaultRequest): Promise<{ readonly text: string; readonly warnings: number }>;
}
