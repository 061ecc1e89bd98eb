import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Changes } from './change.ts';
import { type CorpusName, listFiles } from './corpus.ts';
import { type Command, measure } from './measure.ts';
import type { Places, Tool } from './tools/tool.ts';

/** One thing that every tool does and that is measured; a tool without such a command is left out. */
export interface Step {
  readonly name: string;
  readonly command: (tool: Tool, places: Places) => Command | undefined;
  /** What must have happened before, and is not measured. */
  readonly before?: (tool: Tool, places: Places, changes: Changes) => Promise<void> | void;
  /** Where the step is a restore of everything: the result is compared with the source. */
  readonly isChecked?: boolean;
}

const first: Step = { name: 'first backup', command: (tool, places) => tool.backup(places, 'first') };

const unchanged: Step = {
  name: 'nothing changed',
  command: (tool, places) => tool.backup(places, 'unchanged'),
};

const changed: Step = {
  name: '1 % changed',
  before: (_tool, places, changes) => changes.onePercent(places.source),
  command: (tool, places) => tool.backup(places, 'changed'),
};

const restoreAll: Step = {
  name: 'restore of everything',
  command: (tool, places) => tool.restore(places, 'changed'),
  isChecked: true,
};

const restoreFile: Step = {
  name: 'restore of one file, without local data',
  command: (tool, places) =>
    tool.restoreFile(
      withNewHome({ ...places, target: mkdtempSync(`${places.target}-`) }),
      'changed',
      middleFile(places.source),
    ),
};

const list: Step = {
  name: 'list of all files',
  command: (tool, places) => tool.listFiles(places, 'changed'),
};

const rebuild: Step = {
  name: 'local database rebuilt',
  command: (tool, places) => tool.rebuild(withNewHome(places)),
};

const deleteOld: Step = {
  name: 'old versions deleted, space reclaimed',
  command: (tool, places) => tool.deleteOld(places),
};

const start: Step = { name: 'start of the program', command: (tool, places) => tool.start(places) };

const hugeChanged: Step = {
  name: '0.1 % changed',
  before: (_tool, places, changes) => changes.oneThousandth(places.source),
  command: (tool, places) => tool.backup(places, 'changed'),
};

const VERSIONS = 100;

/** Makes the versions before the last one; each differs from the one before in another hundredth of the files. */
const lastVersion: Step = {
  name: `backup of version ${VERSIONS}`,
  before: async (tool, places, changes) => {
    for (let version = 2; version <= VERSIONS; version++) {
      changes.slice(places.source, version);
      if (version < VERSIONS) await measure(tool.backup(places, `version-${version}`));
    }
  },
  command: (tool, places) => tool.backup(places, `version-${VERSIONS}`),
};

const restoreFirst: Step = {
  name: 'restore of version 1',
  command: (tool, places) =>
    tool.restore({ ...places, target: mkdtempSync(`${places.target}-`) }, 'first', VERSIONS - 1),
};

const restoreLast: Step = {
  name: `restore of version ${VERSIONS}`,
  command: (tool, places) => tool.restore(places, `version-${VERSIONS}`),
  isChecked: true,
};

const EVERYTHING = [first, unchanged, changed, restoreAll, restoreFile, list, rebuild, deleteOld];
const GROWTH = [first, unchanged, changed, restoreAll, rebuild];

/** What is measured over each corpus, in this order. */
export const PLANS: Readonly<Record<CorpusName | 'given', readonly Step[]>> = {
  given: EVERYTHING,
  small: EVERYTHING,
  mixed: EVERYTHING,
  large: [first, unchanged, changed, restoreAll],
  huge: [first, hugeChanged, restoreAll],
  versions: [start, first, lastVersion, list, restoreFirst, restoreLast, deleteOld],
  '10k': GROWTH,
  '100k': GROWTH,
  '1m': GROWTH,
};

/** Nothing of what the program knows about the repository is at hand, as on another machine. */
function withNewHome(places: Places): Places {
  return { ...places, home: mkdtempSync(join(places.home, 'other-')) };
}

function middleFile(folder: string): string {
  const files = listFiles(folder);
  const middle = files[Math.floor(files.length / 2)];
  if (middle === undefined) throw new Error(`'${folder}' holds no file`);
  return middle;
}
