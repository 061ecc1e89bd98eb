import { type HashAlgorithm, parseHashAlgorithm } from '../../crypto/index.ts';
import { type Configuration, DatabaseError, type LocalDatabase } from '../../database/index.ts';
import type { FormatSettings } from '../../format/index.ts';

/** Settings of the storage format as the user gave them; `undefined` where nothing was said. */
export interface GivenFormat {
  readonly blocksizeBytes: number | undefined;
  readonly blockHash: HashAlgorithm | undefined;
  readonly fileHash: HashAlgorithm | undefined;
}

/** The format settings that the database remembers, if it belongs to a backup already. */
export function readStoredFormat(database: LocalDatabase): FormatSettings | undefined {
  const { configuration } = database;
  const blocksizeBytes = Number(configuration.get('blocksize'));
  const blockHash = parseHashAlgorithm(configuration.get('blockhash') ?? '');
  const fileHash = parseHashAlgorithm(configuration.get('filehash') ?? '');
  if (!Number.isInteger(blocksizeBytes) || blockHash === undefined || fileHash === undefined)
    return undefined;
  return { blocksizeBytes, blockHash, fileHash };
}

export function storeFormat(configuration: Configuration, format: FormatSettings): void {
  configuration.set('blocksize', String(format.blocksizeBytes));
  configuration.set('blockhash', format.blockHash);
  configuration.set('filehash', format.fileHash);
}

/** Refuses values that differ from those that the backup was begun with. */
export function checkGivenFormat(given: GivenFormat, stored: FormatSettings): void {
  const facts = [
    ['blocksize', given.blocksizeBytes, stored.blocksizeBytes],
    ['block-hash-algorithm', given.blockHash, stored.blockHash],
    ['file-hash-algorithm', given.fileHash, stored.fileHash],
  ] as const;
  for (const [option, asked, kept] of facts) {
    if (asked === undefined || asked === kept) continue;
    throw new DatabaseError(
      'settings-conflict',
      `Cannot change --${option} to ${asked}: this backup was begun with ${kept}.`,
      {
        details: { option, asked, kept },
        hint: `Leave --${option} out to go on with this backup, or choose another destination or --prefix for a new one.`,
      },
    );
  }
}
