import type { WalkedEntry } from '../../../sources/index.ts';

/** An entry that the walk found and the settings chose, wherever the walk took place. */
export type FoundEntry = Omit<WalkedEntry, 'systemPath'>;
