import assert from 'node:assert/strict';
import test from 'node:test';
import { VolumeRoom } from './volume-room.ts';

test('VolumeRoom has a thread wait while too many volumes are there', async () => {
  const owner = VolumeRoom.create(2);
  const worker = new VolumeRoom(owner.memory);
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
