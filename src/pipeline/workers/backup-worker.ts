import { serializeError } from '../../base/index.ts';
import { BlockRelay } from '../block-relay.ts';
import { BlockTable } from '../block-table.ts';
import { joinCrew } from '../crew-thread.ts';
import { VolumeRoom } from '../volume-room.ts';
import { absorbVolume } from './absorb-volume.ts';
import { BlockStore } from './block-store.ts';
import { Examiner } from './examine.ts';
import { helpOthers } from './help-others.ts';
import type { BackupReply, BackupRequest, BackupWorkerData } from './messages.ts';
import { Pace } from './pace.ts';
import { StreamStorer } from './stream-storer.ts';

const { data, port } = joinCrew<BackupWorkerData>();

const reply = (message: BackupReply) => port.postMessage(message);
const table = new BlockTable(data.table);
const pace = data.cpuTenths === undefined ? undefined : new Pace(data.cpuTenths);
const room = new VolumeRoom(data.room);
const relay = data.relay === undefined ? undefined : new BlockRelay(data.relay);
const store = new BlockStore(
  data.volumes,
  table,
  {
    blocks: (blocks) => reply({ type: 'blocks', blocks }),
    volume: async (volume) => {
      room.enter();
      reply({ type: 'volume', volume });
      await room.whenRoom();
    },
  },
  pace,
);
const examiner = new Examiner(
  data.source,
  data.volumes.format,
  new StreamStorer(store, data.volumes.format, relay),
);

// Requests are answered one after the other, in their order; blocks of other threads are stored between them.
let previous: Promise<void> = Promise.resolve();
let requests = 0;
port.on('message', (request: BackupRequest) => {
  if (request.type === 'add-segment') {
    table.addSegment(request.segment);
    return;
  }
  if (requests++ === 0) relay?.leave();
  void inTurn(() => answer(request)).then(() => {
    if (--requests === 0) relay?.join();
  });
});
if (relay !== undefined) void help(relay);

async function help(others: BlockRelay): Promise<never> {
  others.join();
  for (;;) {
    await others.whenOffered();
    await inTurn(() => {
      pace?.begin();
      return helpOthers(others, store, () => requests === 0);
    });
  }
}

/** Runs a step when all before it are done. */
function inTurn(step: () => Promise<void>): Promise<void> {
  previous = previous
    .then(step)
    .catch((error: unknown) => reply({ type: 'failed', error: serializeError(error) }));
  return previous;
}

async function answer(request: Exclude<BackupRequest, { type: 'add-segment' }>): Promise<void> {
  pace?.begin();
  switch (request.type) {
    case 'examine': {
      const results = await examiner.examineAll(request.jobs);
      store.flush();
      reply({ type: 'examined', batch: request.batch, results, bytesRead: examiner.takeBytesRead() });
      return;
    }
    case 'absorb':
      reply({
        type: 'absorbed',
        volume: request.volume,
        into: await absorbVolume(request.volume, data.volumes, store),
      });
      return;
    case 'seal':
      reply({ type: 'sealed', volume: await store.sealQuietly() });
      return;
    default:
      request satisfies never;
  }
}
