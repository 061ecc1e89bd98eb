import assert from 'node:assert/strict';
import test from 'node:test';
import type { FolderClient } from './folder-client.ts';
import { RemoteFolder } from './remote-folder.ts';

/** A client whose uploads never come to an end while it is open. */
function hangingClient(): FolderClient {
  const end = Promise.withResolvers<never>();
  end.promise.catch(() => {});
  let isOpen = true;
  const never = async (): Promise<never> => assert.fail('nothing else is asked for');
  return {
    get isOpen() {
      return isOpen;
    },
    close: () => {
      isOpen = false;
      end.reject(new Error('closed'));
    },
    write: () => end.promise,
    list: () => assert.fail('nothing else is asked for'),
    read: () => assert.fail('nothing else is asked for'),
    sizeBytes: never,
    replace: never,
    rename: never,
    remove: never,
    makeFolder: never,
  };
}

test('RemoteFolder makes no new connection for an upload that an abort and closing cost the old one', async () => {
  let connections = 0;
  const folder = new RemoteFolder({
    connect: async () => {
      connections += 1;
      return hangingClient();
    },
    maxConnections: 2,
  });
  const controller = new AbortController();
  const reason = new Error('enough');
  const source = {
    sizeBytes: 1,
    open: async function* () {
      yield Buffer.alloc(1);
    },
  };
  const put = folder.put('a', source, { signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(put, reason);
  await folder[Symbol.asyncDispose]();
  assert.equal(connections, 1);
});
