import type { RestoreSettings } from '../../src/operations/restore/settings.ts';

/** Restores all entries of a version with their metadata, links' own included, but for what is `given` otherwise. */
export function restoreEverything(
  given: Pick<RestoreSettings, 'seq' | 'restorePath'> & Partial<RestoreSettings>,
): RestoreSettings {
  return {
    selection: { accept: () => true, literals: [] },
    overwrite: false,
    restorePermissions: true,
    restoreSymlinkMetadata: true,
    skipMetadata: false,
    skipVerification: false,
    dontCompressRestorePaths: false,
    withLocalBlocks: false,
    dryRun: false,
    skipFilesLargerThanBytes: undefined,
    workers: 2,
    ...given,
  };
}
