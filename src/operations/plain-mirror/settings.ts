import type { ProgramSettings } from '../../options/index.ts';
import type { SourceSelection } from '../select-source/selection.ts';
import type { EndSettings } from '../synchronize/open-end.ts';

/** How a plain mirror of the sources is kept. */
export interface PlainMirrorSettings {
  readonly selection: SourceSelection;
  /** Of the mirror as a whole; its folders are opened below it. */
  readonly end: EndSettings;
  /** The file with what is known of the mirror. */
  readonly inventoryPath: string;
  /** `listed`: each folder is listed; `remembered`: the inventory says; `unknown`: everything is stored. */
  readonly state: 'listed' | 'remembered' | 'unknown';
  /** Whether content is compared where length and time say nothing. */
  readonly comparesHashes: boolean;
  /** Whether files go that the source no longer has. */
  readonly deletes: boolean;
  readonly isDryRun: boolean;
  readonly parallelCopies: number;
  readonly newTemporaryPath: (name: string) => string;
}

const STATES = { UseRemoteState: 'listed', UseLocalState: 'remembered', BlindlyUpload: 'unknown' } as const;

/** What the options say of it. */
export function readMirrorManner(
  settings: ProgramSettings,
): Pick<PlainMirrorSettings, 'state' | 'comparesHashes' | 'deletes' | 'isDryRun' | 'parallelCopies'> {
  const state = STATES[settings.get('sync-remote-state')];
  return {
    state: state === 'remembered' && settings.get('sync-recheck') ? 'listed' : state,
    comparesHashes: settings.get('sync-verify-hash'),
    deletes: settings.get('sync-then-delete'),
    isDryRun: settings.get('dry-run'),
    parallelCopies: settings.get('asynchronous-upload-limit'),
  };
}
