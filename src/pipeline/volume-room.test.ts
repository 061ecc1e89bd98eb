import assert from 'node:assert/strict';
import test from 'node:test';
import { VolumeRoom } from './volume-room.ts';

test('VolumeRoom has a thread wait while too many volumes are there', async () => {
  const memory = VolumeRoom.createMemory();
  const [worker, owner] = [new VolumeRoom(memory, 2), new VolumeRoom(memory, 2)];
  worker.enter();
  await worker.whenRoom();
  worker.enter();
  let isRoom = false;
  const waiting = worker.whenRoom().then(() => {
    isRoom = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isRoom, false);
  owner.leave();
  await waiting;
});
