import { LocalDatabase } from '../../database/index.ts';
import { filelistPart } from '../../format/index.ts';
import { joinCrew } from '../../pipeline/index.ts';
import { selectedEntries } from './filelist-entries.ts';
import type { ListPart, ListReply, ListRequest } from './list-messages.ts';
import { RangeClaims } from './range-claims.ts';

const { port } = joinCrew();

port.on('message', (request: ListRequest) => {
  try {
    makeParts(request);
  } catch {
    // The other thread makes what is left, and says what is wrong if it cannot either.
  } finally {
    request.parts.close();
    const reply: ListReply = { type: 'ended' };
    port.postMessage(reply);
  }
});

function makeParts({ databasePath, seq, format, ranges, claims: memory, parts }: ListRequest): void {
  using database = LocalDatabase.openReader(databasePath);
  const claims = new RangeClaims(memory);
  for (let place = claims.takeOrWait(); place !== undefined; place = claims.takeOrWait()) {
    try {
      const range = ranges[place];
      // Without its limits it would be the whole list.
      if (range === undefined) throw new Error(`there is no range ${place}`);
      const bytes = filelistPart(selectedEntries(database, { seq, ...range }, format));
      const part: ListPart = { place, bytes };
      parts.postMessage(part);
      claims.finish(place);
    } catch (error) {
      claims.giveBack(place);
      throw error;
    }
  }
}
