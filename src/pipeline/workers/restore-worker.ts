import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { serializeError } from '../../base/index.ts';
import { joinCrew } from '../crew-thread.ts';
import { FileComparer } from './compare-file.ts';
import { EntryRestorer } from './entry-restorer.ts';
import type { RestoreReply, RestoreRequest, RestoreWorkerData } from './restore-messages.ts';
import { restoreVolume } from './restore-volume.ts';

const { data, port } = joinCrew<RestoreWorkerData>();

const restorer = new EntryRestorer(data);
const comparer = new FileComparer(data.format, restorer);
let temporaryFiles = 0;
const opening = {
  keys: data.keys,
  format: data.format,
  newPath: (label: string) => join(data.folder, `restore-${threadId}-${++temporaryFiles}-${label}`),
};

// Requests are answered one after the other, in their order.
let previous: Promise<void> = Promise.resolve();
port.on('message', (request: RestoreRequest) => {
  previous = previous
    .then(() => answer(request))
    .catch((error: unknown): RestoreReply => ({ type: 'failed', error: serializeError(error) }))
    .then((reply) => port.postMessage(reply));
});

async function answer(request: RestoreRequest): Promise<RestoreReply> {
  const { job } = request;
  switch (request.type) {
    case 'volume':
      return restoreVolume(request, restorer, opening);
    case 'compare': {
      const results = request.items.map((item) => comparer.compare(item));
      restorer.settle();
      return { type: 'compared', job, results, tally: restorer.takeTally() };
    }
    case 'follow':
      for (const entry of request.entries) restorer.follow(entry);
      restorer.settle();
      return { type: 'completed', job, tally: restorer.takeTally() };
    case 'complete':
      for (const entry of request.entries) restorer.complete(entry);
      return { type: 'completed', job, tally: restorer.takeTally() };
    case 'repeat':
      request.entries.forEach((entry, index) => void restorer.repeat(entry, request.models[index] ?? 0));
      return { type: 'completed', job, tally: restorer.takeTally() };
    case 'join':
      request.entries.forEach((entry, index) => void restorer.join(entry, request.models[index] ?? 0));
      return { type: 'completed', job, tally: restorer.takeTally() };
    case 'flag':
      for (const { entry, flags } of request.flagged) restorer.flag(entry, flags);
      return { type: 'completed', job, tally: restorer.takeTally() };
    default:
      return request satisfies never;
  }
}
