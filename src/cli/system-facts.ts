import { availableParallelism, release, type as systemName, totalmem } from 'node:os';
import process from 'node:process';
import { describeDestinations } from '../destinations/index.ts';
import { readProgramVersion } from './program-version.ts';

/** Facts about program and machine that help to find a fault, and name neither user nor files. */
export function systemFacts(): Readonly<Record<string, string>> {
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return {
    ashlar: readProgramVersion(),
    node: process.versions.node,
    v8: process.versions.v8,
    openssl: process.versions.openssl,
    sqlite: process.versions['sqlite'] ?? 'absent',
    zstd: process.versions['zstd'] ?? 'absent',
    system: `${systemName()} ${release()}`,
    platform: process.platform,
    architecture: process.arch,
    processors: `${availableParallelism()}`,
    memoryBytes: `${totalmem()}`,
    locale,
    timeZone,
    destinations: describeDestinations()
      .map(({ scheme }) => scheme)
      .join(', '),
    compression: 'zip (ZStandard, Deflate, None), tzstd, tgz',
    encryption: 'aes, gpg',
    hashes: 'SHA256, SHA384, SHA512, SHA1, MD5',
  };
}
