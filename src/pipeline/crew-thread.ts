import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type ProfiledThread, profile } from '../base/index.ts';
import { useLoadGate } from '../base/native/index.ts';

/** What a crew tells each of its threads, beside what the work needs. */
export interface CrewThread extends ProfiledThread {
  readonly loadGate: SharedArrayBuffer;
}

/** To be called first by the module that a crew's threads run. */
export function joinCrew<WorkerData>(): { readonly data: WorkerData; readonly port: MessagePort } {
  const data: WorkerData & CrewThread = workerData;
  useLoadGate(data.loadGate);
  if (data.profile !== undefined) profile.start(data.profile);
  if (parentPort === null) throw new Error('the module of a crew runs as a worker thread');
  return { data, port: parentPort };
}
