export * from './affected/run.ts';
export { fetchFile, storeFile } from './backend/files.ts';
export * from './backend-test/run.ts';
export * from './backup/backup-settings.ts';
export { previewBackup } from './backup/preview.ts';
export { type ReadingSettings, readReadingSettings } from './backup/reading.ts';
export * from './backup/result.ts';
export { runBackup } from './backup/run.ts';
export { type BackupInput, readBackupSettings } from './backup/settings.ts';
export { type BrokenListing, listBrokenFiles } from './broken-files/list.ts';
export { type PurgeBrokenSettings, purgeBrokenFiles } from './broken-files/purge.ts';
export type * from './broken-files/result.ts';
export * from './change-passphrase/result.ts';
export { type ChangeSettings, changePassphrase } from './change-passphrase/run.ts';
export { checkQuota, readQuotaSettings } from './check-quota/run.ts';
export type { CompactFigures, CompactReason } from './compact/plan.ts';
export type * from './compact/result.ts';
export { runCompact } from './compact/run.ts';
export * from './compact/settings.ts';
export * from './compare/choose-pair.ts';
export * from './compare/run.ts';
export * from './context.ts';
export { type ControlFile, readControlFiles } from './control-files/run.ts';
export { createReport, type ReportInput } from './create-report/run.ts';
export * from './delete/result.ts';
export { type DeleteSettings, runDelete } from './delete/run.ts';
export { readRetentionPolicy } from './delete/settings.ts';
export { detectZipMethod, rememberZipMethod } from './detect-zip-method.ts';
export * from './list/choose-versions.ts';
export * from './list/folders.ts';
export * from './list/list-paths.ts';
export * from './list/versions.ts';
export { type LockInfo, readLocks } from './locks/read-locks.ts';
export { type LockResult, setLocks } from './locks/set-locks.ts';
export { mendVolumes } from './mend-volumes/run.ts';
export { connect } from './open-backup/connect.ts';
export { inspectDestination } from './open-backup/inspect-destination.ts';
export { type Opened, openBackup } from './open-backup/open-backup.ts';
export { type OpenedForReading, openForReading, type Reading } from './open-backup/open-for-reading.ts';
export type { Opening } from './open-backup/opening.ts';
export { databasePath } from './open-backup/reach-backup.ts';
export {
  type Places,
  readDefaultFormat,
  readGivenFormat,
  readKeys,
  readTarget,
  readVolumeSettings,
} from './open-backup/settings.ts';
export type * from './opened-backup/opened-backup.ts';
export type { PlainMirrorResult } from './plain-mirror/result.ts';
export { runPlainMirror } from './plain-mirror/run.ts';
export { type PlainMirrorSettings, readMirrorManner } from './plain-mirror/settings.ts';
export type * from './purge/result.ts';
export { type PurgeSettings, runPurge } from './purge/run.ts';
export type { RebuildSettings } from './rebuild-blocks/run.ts';
export { tryRepair } from './repair/dry-run.ts';
export type { RepairResult } from './repair/result.ts';
export { type RepairInput, runRepair } from './repair/run.ts';
export { type PathsResult, repairPaths } from './repair-paths/run.ts';
export { type Conclusion, concludeRun } from './report/conclude-run.ts';
export * from './report/query-fields.ts';
export * from './report/result-fields.ts';
export * from './report/result-object.ts';
export { writeReport, writeResult } from './report/write-result.ts';
export type { RestoreResult } from './restore/result.ts';
export { runRestore } from './restore/run.ts';
export { selectEveryVersion, selectVersion } from './restore/select-version.ts';
export type { RestoreSelection, RestoreSettings } from './restore/settings.ts';
export { leaveOutRestored } from './restore/unique-contents.ts';
export { type ExclusionReason, type ExplainedEntry, explainSelection } from './select-source/explain.ts';
export { readSourceSelection, type SelectionInput, type SourceSelection } from './select-source/selection.ts';
export { type EndSettings, openEnd } from './synchronize/open-end.ts';
export type { SynchronizeResult } from './synchronize/result.ts';
export { runSynchronize } from './synchronize/run.ts';
export {
  readSecondaryDestinations,
  type SecondaryDestinations,
} from './synchronize/secondary-destinations.ts';
export type { SynchronizeSettings } from './synchronize/settings.ts';
export { type SecondaryResult, syncSecondaries } from './synchronize/sync-secondaries.ts';
export type { TestCoverage } from './test/coverage.ts';
export type * from './test/result.ts';
export { runTest } from './test/run.ts';
export { readSampleSettings, readTestSettings, type TestSettings } from './test/settings.ts';
export { uploadVerificationFile } from './upload-verification-file/run.ts';
export { type VacuumResult, vacuumDatabase } from './vacuum/run.ts';
