import { availableParallelism } from 'node:os';
import type { ProgramSettings } from '../../options/index.ts';
import type { SourceSettings } from '../../pipeline/index.ts';
import { readCompressedExtensions } from './compressed-extensions.ts';

/** How the source is read, and by how many. */
export interface ReadingSettings {
  readonly reading: SourceSettings;
  readonly workers: number;
  /** How many tenths of the time each of them may work; `undefined`: all. */
  readonly cpuTenths: number | undefined;
  readonly parallelUploads: number;
}

/** What every operation that reads the source reads from the options. */
export function readReadingSettings(settings: ProgramSettings): ReadingSettings {
  return {
    reading: {
      metadata: settings.get('skip-metadata') ? 'none' : 'read',
      symlinks: settings.get('symlink-policy') === 'Follow' ? 'follow' : 'store',
      content: settings.get('disable-filetime-check') ? 'always' : 'changed',
      compressedExtensions: readCompressedExtensions(settings.get('compression-extension-file')),
    },
    workers: readWorkers(settings),
    cpuTenths: settings.isGiven('cpu-intensity') ? settings.get('cpu-intensity') : undefined,
    parallelUploads: settings.get('synchronous-upload')
      ? 1
      : Math.max(1, settings.get('asynchronous-upload-limit')),
  };
}

function readWorkers(settings: ProgramSettings): number {
  const asked = settings.get('concurrency-max-threads');
  return asked > 0 ? asked : Math.max(1, availableParallelism());
}
