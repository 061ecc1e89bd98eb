import { serializeError } from '../../base/index.ts';
import { BlockTable } from '../block-table.ts';
import { joinCrew } from '../crew-thread.ts';
import { absorbVolume } from './absorb-volume.ts';
import { BlockStore } from './block-store.ts';
import { Examiner } from './examine.ts';
import type { BackupReply, BackupRequest, BackupWorkerData } from './messages.ts';
import { Pace } from './pace.ts';

const { data, port } = joinCrew<BackupWorkerData>();

const reply = (message: BackupReply) => port.postMessage(message);
const table = new BlockTable(data.table);
const pace = data.cpuTenths === undefined ? undefined : new Pace(data.cpuTenths);
const store = new BlockStore(
  data.volumes,
  table,
  {
    blocks: (blocks) => reply({ type: 'blocks', blocks }),
    volume: (volume) => reply({ type: 'volume', volume }),
  },
  pace,
);
const examiner = new Examiner(data.source, data.volumes.format, store);

// Requests are answered one after the other, in their order.
let previous: Promise<void> = Promise.resolve();
port.on('message', (request: BackupRequest) => {
  if (request.type === 'add-segment') {
    table.addSegment(request.segment);
    return;
  }
  previous = previous
    .then(() => answer(request))
    .catch((error: unknown) => reply({ type: 'failed', error: serializeError(error) }));
});

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
