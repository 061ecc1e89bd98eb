import type { BlockVolumeSettings } from '../../pipeline/index.ts';
import type { OperationContext } from '../context.ts';
import { indexVolumes } from '../index-volumes/run.ts';
import {
  beginPassphraseChange,
  type ChangeProgress,
  endPassphraseChange,
  readChangeProgress,
} from '../open-backup/passphrase-change.ts';
import type { OpenedBackup } from '../opened-backup/opened-backup.ts';
import { type Changing, changeDblock, type VolumeOutcome } from './change-dblock.ts';
import { changeList } from './change-list.ts';
import { planChange } from './plan.ts';
import type { PassphraseChange } from './result.ts';

export interface ChangeSettings {
  readonly newPassphrase: string;
  /** How volumes are written, with the new passphrase. */
  readonly volumes: Omit<BlockVolumeSettings, 'format' | 'folder'>;
  readonly dryRun: boolean;
}

/**
 * Encrypts every volume of a backup with another passphrase, one after another, what is inside unchanged:
 * first the dblocks, each with its dindex, then the file lists. Each is stored under a new name and booked
 * before the old one is deleted; wherever the run ends, everything is readable with one of the two
 * passphrases, and the same command goes on. Until it has come to its end, other operations write nothing.
 * `opened` holds the old passphrase as the first, the new one as the further. Throws `settings-conflict`.
 */
export async function changePassphrase(
  opened: OpenedBackup,
  settings: ChangeSettings,
  context: OperationContext,
): Promise<PassphraseChange> {
  const { database } = opened;
  const { newPassphrase } = settings;
  if (settings.dryRun) return tryChange(opened, context);
  const progress = beginPassphraseChange(database, newPassphrase);
  const { gpg, passphrase } = opened.keys;
  const changing: Changing = {
    opened,
    oldKeys: { gpg, passphrase },
    newKeys: { gpg, passphrase: newPassphrase },
    volumes: { ...settings.volumes, format: opened.format, folder: opened.temporary.path },
    context,
  };
  const work = new Work(changing, progress);
  const isComplete = await work.run();
  if (isComplete) {
    await indexVolumes(opened, changing.volumes, context.log);
    endPassphraseChange(database, newPassphrase);
  }
  return { ...work.figures(), isComplete, isDryRun: false };
}

/** One run of a change: what is left to do, and what is done. */
class Work {
  readonly #changing: Changing;
  readonly #unreadable: string[] = [];
  #progress: ChangeProgress;
  #changedVolumes = 0;
  #changedBytes = 0;
  #changedBefore = 0;

  constructor(changing: Changing, progress: ChangeProgress) {
    this.#changing = changing;
    this.#progress = progress;
  }

  /** False where the user stopped it. */
  async run(): Promise<boolean> {
    const { opened, context } = this.#changing;
    const plan = planChange(opened.database, this.#progress);
    const filesTotal = plan.dblocks.length + plan.lists.length;
    const meet = (current: string, filesDone: number) => {
      context.control.signal.throwIfAborted();
      context.report({
        phase: 'uploading',
        filesDone,
        filesTotal,
        bytesDone: this.#changedBytes,
        bytesTotal: plan.bytes,
        current,
      });
      return !context.control.isStopping();
    };
    let done = 0;
    for (const dblock of plan.dblocks) {
      if (!meet(dblock.name, done++)) return false;
      const outcome = await changeDblock(this.#changing, dblock, this.#progress);
      this.#progress = { ...this.#progress, dblock: dblock.id };
      this.#count(outcome, dblock);
    }
    for (const { fileset, name, sizeBytes } of plan.lists) {
      if (!meet(name, done++)) return false;
      const outcome = await changeList(this.#changing, fileset, this.#progress);
      this.#progress = { ...this.#progress, fileset: fileset.seq };
      this.#count(outcome, { name, sizeBytes });
    }
    return true;
  }

  figures(): Omit<PassphraseChange, 'isComplete' | 'isDryRun'> {
    return {
      changedVolumes: this.#changedVolumes,
      changedBytes: this.#changedBytes,
      volumesChangedBefore: this.#changedBefore,
      unreadableVolumes: this.#unreadable,
    };
  }

  #count(outcome: VolumeOutcome, volume: { readonly name: string; readonly sizeBytes: number }): void {
    if (outcome === 'unreadable') this.#unreadable.push(volume.name);
    else if (outcome === 'changed-before') this.#changedBefore++;
    else {
      this.#changedVolumes++;
      this.#changedBytes += Math.max(0, volume.sizeBytes);
    }
  }
}

function tryChange({ database }: OpenedBackup, { log }: OperationContext): PassphraseChange {
  const { dblocks, lists, bytes } = planChange(database, readChangeProgress(database.configuration));
  for (const { name } of [...dblocks, ...lists])
    log.write('dry-run', 'volume-planned', `Would encrypt '${name}' with the new passphrase.`);
  return {
    changedVolumes: dblocks.length + lists.length,
    changedBytes: bytes,
    volumesChangedBefore: 0,
    unreadableVolumes: [],
    isComplete: true,
    isDryRun: true,
  };
}
