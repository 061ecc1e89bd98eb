/** Every option that Duplicati's command line knows is known here too, and does what it says there or tells why not. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { indexByName, programOptions, type SectionedOption } from '../../src/options/index.ts';

const declarations: readonly SectionedOption[] = programOptions;

/** Names and further names; the options of single destinations are named by their own tests. */
const NAMES = `
  abort-if-source-missing accept-any-ssl-certificate accept-specified-ssl-hash all-versions
  allow-full-removal allow-missing-source allow-passphrase-change allow-paths-in-log-messages
  allow-restore-outside-target-directory allow-sleep allowed-backend-modules allowed-compression-modules
  allowed-encryption-modules alternate-destination-marker alternate-target-paths
  asynchronous-concurrent-upload-limit asynchronous-upload-folder asynchronous-upload-limit auth-password
  auth-username authid auto-cleanup auto-compact-interval auto-update auto-vacuum auto-vacuum-interval
  backup-id backup-name backup-test-percentage backup-test-samples backupread-policy block-hash-algorithm
  blocksize case-insensitive-remote changed-files check-filetime-only compression-extension-file
  compression-level compression-module concurrency-block-hashers concurrency-compressors
  concurrency-fileprocessors concurrency-max-threads console-log-filter console-log-ignore console-log-level
  control-files cpu-intensity dblock-size dbpath debug-output debug-retry-errors deleted-files
  disable-ads-restore disable-autocreate-folder disable-backup-exclusion-xattr disable-file-scanner
  disable-filelist-consistency-checks disable-filename-sanitation disable-filepath-cache
  disable-filetime-check disable-length-verification disable-module disable-on-battery
  disable-partial-dblock-recovery disable-replace-missing-metadata disable-streaming-transfers
  disable-synthetic-filelist disable-time-tolerance dont-compress-restore-paths dont-read-manifests
  dont-replace-faulty-index-files dry-run dryrun enable-ads-backup enable-module encryption-module exclude
  exclude-empty-folders exclude-files-attributes exclude-non-local-files file-hash-algorithm
  file-read-buffer-size force-actual-date force-locale force-passphrase-from-stdin force-smb-authentication
  full-block-verification full-remote-verification full-result full-results gpg-decryption-command
  gpg-decryption-switches gpg-encryption-command gpg-encryption-enable-armor gpg-encryption-switches
  gpg-program-path hardlink-policy http-report-status-accept-any-ssl-certificate
  http-report-status-accept-specified-ssl-hash http-report-status-allow-paths-in-log-messages
  http-report-status-ignore-revocation-failure http-report-status-interval http-report-status-max-log-lines
  http-report-status-url ignore-advisory-locking ignore-filenames ignore-revocation-failure
  ignore-update-if-version-exists include index-file-policy internal-profiling keep-time keep-versions
  list-folder-contents list-prefix-only list-sets-only list-timeout list-verify-uploads log-file
  log-file-log-filter log-file-log-ignore log-file-log-level log-http-requests log-level log-retention
  log-socket-data long-database-query-threshold machine-id machine-name new-passphrase next-scheduled-run
  no-auto-compact no-backend-verification no-connection-reuse no-encryption no-local-blocks no-local-db
  number-of-retries oauth-url overwrite par2-extra-options par2-program-path parameters-file parity-module
  parity-redundancy-level passphrase patch-with-local-blocks photos-handling photos-library-path
  portable-mode prefix prevent-backend-rename prevent-empty-source profile-all-database-queries
  quiet-console quota-disable quota-size quota-warning-threshold read-write-timeout
  rebuild-missing-dblock-files reduced-purge-statistics refresh-lock-info-complete remote-file-lock-duration
  remote-sync-json-config remote-volume-size repair-force-block-use repair-ignore-outdated-database
  repair-only-paths repair-refresh-lock-info restore-all-files restore-cache-evict restore-cache-max
  restore-channel-buffer-size restore-file-processors restore-legacy restore-path restore-permissions
  restore-preallocate-size restore-symlink-metadata restore-volume-cache-hint restore-volume-cache-min-free
  restore-volume-decompressors restore-volume-decryptors restore-volume-downloaders
  restore-with-local-blocks retention-policy retry-delay retry-with-exponential-backoff run-script-after
  run-script-before run-script-before-required run-script-log-filter run-script-log-level
  run-script-post-backup run-script-result-output-format run-script-timeout run-script-with-arguments
  secret-provider secret-provider-cache secret-provider-pattern send-http-accept-any-ssl-certificate
  send-http-accept-specified-ssl-hash send-http-any-operation send-http-extra-parameters send-http-form-urls
  send-http-ignore-revocation-failure send-http-json-urls send-http-level send-http-log-filter
  send-http-log-level send-http-max-log-lines send-http-message send-http-message-parameter-name
  send-http-result-output-format send-http-retries send-http-retry-delay send-http-url send-http-verb
  send-mail-any-operation send-mail-body send-mail-extra-parameters send-mail-from send-mail-level
  send-mail-log-filter send-mail-log-level send-mail-max-log-lines send-mail-password
  send-mail-result-output-format send-mail-subject send-mail-to send-mail-url send-mail-username
  send-telegram-any-operation send-telegram-api-key send-telegram-bot-id send-telegram-channel-id
  send-telegram-level send-telegram-log-filter send-telegram-log-level send-telegram-max-log-lines
  send-telegram-message send-telegram-result-output-format send-telegram-topid-id send-xmpp-any-operation
  send-xmpp-level send-xmpp-log-filter send-xmpp-log-level send-xmpp-max-log-lines send-xmpp-message
  send-xmpp-password send-xmpp-result-output-format send-xmpp-to send-xmpp-username server-datafolder
  short-timeout skip-file-hash-checks skip-files-larger-than skip-metadata skip-restore-verification
  small-file-max-count small-file-size snapshot-policy snapshot-provider soft-delete-prefix
  store-metadata-content-in-database suppress-warnings symlink-policy sync-recheck sync-remote-state
  sync-then-delete sync-verify-hash synchronous-upload tempdir tgz-compression-level tgz-memory-buffer
  thread-priority threshold throttle-disabled throttle-disabled-backends throttle-download throttle-upload
  time tzstd-compression-level tzstd-memory-buffer unittest-mode upload-unchanged-backups
  upload-verification-file use-background-io-priority use-move-for-put use-ssl usn-policy verbose version
  vss-exclude-writers vss-use-mapping zip-compression-level zip-compression-library zip-compression-method
  zip-compression-zip64
`;

test('programOptions have every option of Duplicati', () => {
  const known = indexByName(declarations);
  assert.deepEqual(
    NAMES.split(/\s+/).filter((name) => name !== '' && !known.has(name)),
    [],
  );
});

test('programOptions: what is refused and concerns this platform is known, and says what there is instead', () => {
  const refused = declarations
    .filter(({ support, platform = 'linux' }) => support === 'refused' && platform === 'linux')
    .filter(({ section }) => section !== 'synchronization')
    .map(({ name, reason }) => [name, reason]);
  assert.deepEqual(refused, [['ftp-regular', 'Only passive connections are possible.']]);
});
