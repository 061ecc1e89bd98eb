import { silentLog } from '../../base/index.ts';
import type { FilesetTotals } from '../../database/index.ts';
import type { OperationContext } from '../context.ts';
import type { BackupSettings } from './backup-settings.ts';
import { countExamined, emptyBackupResult } from './result.ts';
import { type WalkSettings, walkSource } from './walk/walk-source.ts';

/** How much there is to examine, for progress alone; `undefined` while unknown. */
export interface SourceTotals {
  files: number | undefined;
  bytes: number | undefined;
}

/**
 * What is to be expected: what the version `before` held, which costs nothing; for a first backup, what a
 * count finds that runs ahead while the workers are busy. The count ends when `isOver` says so.
 */
export function expectTotals(
  before: FilesetTotals | undefined,
  settings: WalkSettings & Pick<BackupSettings, 'counting'>,
  context: OperationContext,
  isOver: () => boolean,
): SourceTotals {
  if (before !== undefined) return { files: before.files, bytes: before.sizeBytes };
  const totals: SourceTotals = { files: undefined, bytes: undefined };
  if (settings.counting !== undefined)
    void count({ ...settings, selection: settings.counting }, context, totals, isOver).catch(() => {
      // Without totals, progress shows what is done; the backup itself tells what cannot be read.
    });
  return totals;
}

async function count(
  settings: WalkSettings,
  { control, ...context }: OperationContext,
  totals: SourceTotals,
  isOver: () => boolean,
): Promise<void> {
  const isStopping = () => isOver() || control.isStopping();
  const counted = emptyBackupResult();
  const quiet = { ...context, log: silentLog, control: { signal: control.signal, isStopping } };
  let bytes = 0;
  for (const entries of walkSource(settings, counted, quiet)) {
    for (const { kind, stat } of entries) {
      countExamined(counted, kind);
      if (kind === 'file') bytes += stat.size;
    }
    if (isStopping()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  totals.files = counted.files.examined;
  totals.bytes = bytes;
}
