import type { MessagePort } from 'node:worker_threads';
import { LocalDatabase } from '../../database/index.ts';
import { filelistPart } from '../../format/index.ts';
import { joinCrew } from '../../pipeline/index.ts';
import { selectedEntries } from './filelist-entries.ts';
import type { ListHelp, ListHelpEnded, ListPart } from './list-messages.ts';
import { RangeClaims } from './range-claims.ts';

const { data: help, port } = joinCrew<ListHelp>();

port.once('message', (parts: MessagePort) => {
  try {
    makeParts(parts);
  } finally {
    parts.close();
    const ended: ListHelpEnded = { type: 'ended' };
    port.postMessage(ended);
  }
});

function makeParts(parts: MessagePort): void {
  const { seq, format, ranges } = help;
  const claims = new RangeClaims(help.claims);
  using database = LocalDatabase.openReader(help.databasePath);
  for (let place = claims.takeOrWait(); place !== undefined; place = claims.takeOrWait()) {
    try {
      const bytes = filelistPart(selectedEntries(database, { seq, ...ranges[place] }, format));
      const part: ListPart = { place, bytes };
      parts.postMessage(part);
      claims.finish(place);
    } catch {
      // The other thread makes it, and says what is wrong if that fails too.
      claims.giveBack(place);
      return;
    }
  }
}
