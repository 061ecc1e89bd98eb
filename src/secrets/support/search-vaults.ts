export interface VaultSearch {
  /** In the order in which they are searched. */
  readonly vaults: readonly string[];
  readonly isCaseSensitive: boolean;
  /** The pairs that a vault holds; empty for one that is not there. */
  readonly readVault: (vault: string) => Promise<ReadonlyMap<string, string>>;
}

/**
 * Looks names up in several vaults of pairs; the first vault that holds a name decides, and those behind the
 * last name found are not asked.
 */
export async function searchVaults(
  names: readonly string[],
  { vaults, isCaseSensitive, readVault }: VaultSearch,
): Promise<ReadonlyMap<string, string>> {
  const fold = (name: string): string => (isCaseSensitive ? name : name.toLowerCase());
  const found = new Map<string, string>();
  for (const vault of vaults) {
    const wanted = names.filter((name) => !found.has(name));
    if (wanted.length === 0) break;
    const pairs = new Map([...(await readVault(vault))].map(([name, value]) => [fold(name), value]));
    for (const name of wanted) {
      const value = pairs.get(fold(name));
      if (value !== undefined) found.set(name, value);
    }
  }
  return found;
}

/** Reads each name by a question of its own, one after the other. `undefined` is a name that is not there. */
export async function readEach(
  names: readonly string[],
  read: (name: string) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const name of names) {
    const value = await read(name);
    if (value !== undefined) found.set(name, value);
  }
  return found;
}
