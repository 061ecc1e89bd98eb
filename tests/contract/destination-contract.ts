import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { pool } from '../../src/base/index.ts';
import { type Destination, DestinationError, hasAbility, testAccess } from '../../src/destinations/index.ts';
import { collect } from '../support/collect.ts';
import { memorySource, readAll } from '../support/memory-source.ts';
import { seededBytes } from '../support/seeded-random.ts';
import { watchedSource } from '../support/watched-source.ts';

/** One storage for one test. Everything is closed and removed through `t.after`. */
export interface ContractStorage {
  /** Another client of the same storage at each call. */
  open(): Promise<Destination>;
  /** Takes the destination's folder away; absent where the storage has no folders. */
  removeFolder?(): Promise<void>;
  /** Sizes around which this storage cuts what it sends or reads. */
  readonly pieceBytes?: number;
  /** More files than one page of a listing holds; 1100 when absent. */
  readonly moreThanAPage?: number;
  /** `false` for storages in which two uploads of one name at the same time mix, which no two volumes have. */
  readonly keepsUploadsApart?: boolean;
  /** `false` for a server that shows some names as other ones, which no volume has. */
  readonly keepsOddNames?: boolean;
  /** `false` for a server that is not sure of files without a byte, which no volume is. */
  readonly takesEmptyFiles?: boolean;
}

const MEGABYTE = 1024 * 1024;
const MOST_LISTINGS = 50;
const VOLUME = 'duplicati-b0123456789abcdef0123456789abcdef.dblock.zip.aes';

/** Registers the suite that every destination passes. */
export function testDestinationContract(
  kind: string,
  setUp: (t: TestContext) => Promise<ContractStorage>,
): void {
  const check = (
    sentence: string,
    body: (destination: Destination, storage: ContractStorage, t: TestContext) => Promise<void>,
  ): void => {
    test(`${kind}: ${sentence}`, async (t) => {
      const storage = await setUp(t);
      await using destination = await storage.open();
      await body(destination, storage, t);
    });
  };

  check('list() of an empty destination yields nothing', async (destination) => {
    assert.deepEqual(await names(destination), []);
  });

  check('get() gives back the bytes of put() for sizes at every border', async (destination, storage) => {
    const piece = storage.pieceBytes ?? 65536;
    const smallest = storage.takesEmptyFiles === false ? [1] : [0, 1];
    for (const sizeBytes of [...smallest, piece - 1, piece, piece + 1, 20 * MEGABYTE]) {
      const bytes = seededBytes(sizeBytes, sizeBytes + 1);
      await destination.put(VOLUME, memorySource(bytes, 50_000));
      assert.ok(bytes.equals(await readAll(destination, VOLUME)), `${sizeBytes} bytes came back changed`);
      const [file] = await collect(destination.list());
      assert.equal(file?.sizeBytes, sizeBytes);
    }
  });

  check('put() replaces a file by a shorter one', async (destination) => {
    await destination.put(VOLUME, memorySource(seededBytes(5000, 1)));
    const shorter = seededBytes(100, 2);
    await destination.put(VOLUME, memorySource(shorter));
    assert.deepEqual(await readAll(destination, VOLUME), shorter);
    assert.deepEqual(await names(destination), [VOLUME]);
  });

  check('list() shows every file once, over more than one page', async (destination, storage) => {
    const expected = Array.from(
      { length: storage.moreThanAPage ?? 1100 },
      (_, index) => `file-${String(index).padStart(4, '0')}.dlist.zip`,
    );
    await pool(8, expected, (name) => destination.put(name, memorySource(Buffer.from(name))));
    assert.deepEqual((await names(destination)).sort(), expected);
  });

  check('list() says when a file was stored, where it says anything', async (destination) => {
    await destination.put(VOLUME, memorySource(Buffer.from('x')));
    const [file] = await collect(destination.list());
    const age = Math.abs((file?.modifiedAtMs ?? Date.now()) - Date.now());
    assert.ok(age < 5 * 60_000, `${age} ms`);
  });

  check('get() and delete() of a missing file throw destination-file-missing', async (destination) => {
    await assert.rejects(readAll(destination, VOLUME), {
      code: 'destination-file-missing',
      retryable: false,
    });
    await assert.rejects(destination.delete(VOLUME), { code: 'destination-file-missing', retryable: false });
  });

  check('delete() removes one file, and its second call finds none', async (destination) => {
    await destination.put(VOLUME, memorySource(Buffer.from('a')));
    await destination.put('other', memorySource(Buffer.from('b')));
    await destination.delete(VOLUME);
    assert.deepEqual(await names(destination), ['other']);
    await assert.rejects(destination.delete(VOLUME), { code: 'destination-file-missing' });
  });

  check('names with + % space and letters beyond ASCII are kept', async (destination) => {
    const hard = [
      'a+b',
      'a b',
      '100%',
      'a%20b',
      'søren-日本',
      'a#b',
      "it's",
      'a&b=c',
      '[x]',
      '-dash',
      '.dot',
    ];
    for (const name of hard) await destination.put(name, memorySource(Buffer.from(`content of ${name}`)));
    assert.deepEqual((await names(destination)).sort(), [...hard].sort());
    for (const name of hard) assert.equal(String(await readAll(destination, name)), `content of ${name}`);
    for (const name of hard) await destination.delete(name);
    assert.deepEqual(await names(destination), []);
  });

  check('names that lead elsewhere are refused by every verb', async (destination) => {
    for (const name of ['', '.', '..', '../x', 'a/b', '/etc/passwd', 'a\\b', 'a\0b']) {
      const refused = { code: 'destination-refused' };
      await assert.rejects(destination.put(name, memorySource(Buffer.from('x'))), refused);
      await assert.rejects(readAll(destination, name), refused);
      await assert.rejects(destination.delete(name), refused);
    }
    assert.deepEqual(await names(destination), []);
  });

  check('names that not every storage can hold are kept as they are, or refused', async (...given) => {
    const [destination, { keepsOddNames = true }, t] = given;
    if (!keepsOddNames) return t.skip('the server takes them, and shows other ones');
    const odd = [
      ...[
        'a\nb',
        'a\r\nb',
        'a\tb',
        '\u001b[31m',
        'a:b',
        'a*?"<>|',
        'end ',
        'end.',
        ' begin',
        'CON',
        'nul.zip',
      ],
      ...['%2e%2e', '?a=b', 'a;b', 'e\u0301', '😀', 'x'.repeat(300)],
    ];
    const kept: string[] = [];
    for (const name of odd) {
      try {
        await destination.put(name, memorySource(Buffer.from(`content of ${name}`)));
        kept.push(name);
      } catch (error) {
        assert.ok(error instanceof DestinationError, `${JSON.stringify(name)}: ${error}`);
        assert.equal(error.code, 'destination-refused', `${JSON.stringify(name)}: ${error.message}`);
      }
    }
    assert.deepEqual((await names(destination)).sort(), [...kept].sort());
    for (const name of kept) assert.equal(String(await readAll(destination, name)), `content of ${name}`);
  });

  check('put() aborted in the middle throws the reason and leaves no file', async (destination) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const source = {
      sizeBytes: 10 * MEGABYTE,
      open: async function* () {
        yield seededBytes(MEGABYTE);
        controller.abort(reason);
        yield seededBytes(9 * MEGABYTE);
      },
    };
    await assert.rejects(destination.put(VOLUME, source, { signal: controller.signal }), reason);
    await destination[Symbol.asyncDispose]();
    assert.deepEqual(await names(destination), []);
  });

  check('put() closes its source, whatever ends it', async (destination) => {
    for (const isAborted of [false, true]) {
      const stop = new AbortController();
      const { source, closed } = watchedSource(seededBytes(50_000), (number) => {
        if (isAborted && number === 50) stop.abort(new Error('enough'));
      });
      const stored = destination.put(VOLUME, source, { signal: stop.signal });
      await (isAborted ? assert.rejects(stored, { message: 'enough' }) : stored);
      await closed;
    }
  });

  check('put() aborted while its source hangs ends at once', async (destination) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const gate = Promise.withResolvers<void>();
    const source = {
      sizeBytes: 2,
      open: async function* () {
        yield Buffer.from('a');
        queueMicrotask(() => controller.abort(reason));
        await Promise.race([gate.promise, rejectOnAbort(controller.signal)]);
        yield Buffer.from('b');
      },
    };
    await assert.rejects(destination.put(VOLUME, source, { signal: controller.signal }), reason);
    gate.resolve();
    assert.deepEqual(await names(destination), []);
  });

  check('put() aborted while replacing keeps the old file', async (destination) => {
    const old = seededBytes(1000, 3);
    await destination.put(VOLUME, memorySource(old));
    const controller = new AbortController();
    const source = {
      sizeBytes: 20,
      open: async function* () {
        yield Buffer.alloc(10);
        controller.abort(new Error('enough'));
        yield Buffer.alloc(10);
      },
    };
    await assert.rejects(destination.put(VOLUME, source, { signal: controller.signal }));
    await destination[Symbol.asyncDispose]();
    assert.deepEqual(await readAll(destination, VOLUME), old);
  });

  check('a signal that fired before the call ends every verb with its reason', async (destination) => {
    await destination.put(VOLUME, memorySource(Buffer.from('x')));
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await assert.rejects(destination.put('y', memorySource(Buffer.from('y')), { signal }), reason);
    await assert.rejects(collect(destination.list({ signal })), reason);
    await assert.rejects(collect(destination.get(VOLUME, { signal })), reason);
    await assert.rejects(destination.delete(VOLUME, { signal }), reason);
    assert.deepEqual(await names(destination), [VOLUME]);
  });

  check('get() aborted in the middle throws the reason', async (destination) => {
    await destination.put(VOLUME, memorySource(seededBytes(5 * MEGABYTE)));
    const controller = new AbortController();
    const reason = new Error('enough');
    await assert.rejects(async () => {
      for await (const _piece of destination.get(VOLUME, { signal: controller.signal }))
        controller.abort(reason);
    }, reason);
  });

  check('put() passes on the error of its source and leaves no file', async (destination) => {
    const failure = Object.assign(new Error('ENOENT: the local file is gone'), {
      code: 'ENOENT',
      syscall: 'open',
    });
    const source = {
      sizeBytes: 100,
      open: async function* () {
        yield Buffer.alloc(10);
        throw failure;
      },
    };
    await assert.rejects(destination.put(VOLUME, source), failure);
    assert.deepEqual(await names(destination), []);
  });

  check('put() of fewer or more bytes than announced is destination-corrupt', async (destination) => {
    for (const sizeBytes of [99, 101]) {
      const source = { ...memorySource(Buffer.alloc(100)), sizeBytes };
      await assert.rejects(destination.put(VOLUME, source), { code: 'destination-corrupt' });
    }
    assert.deepEqual(await names(destination), []);
  });

  check('a put() that failed succeeds when it is tried again with the same source', async (destination) => {
    const bytes = seededBytes(300_000, 4);
    let opened = 0;
    const source = {
      sizeBytes: bytes.length,
      open: async function* () {
        opened += 1;
        yield bytes.subarray(0, 100_000);
        if (opened === 1) throw new Error('line dropped');
        yield bytes.subarray(100_000);
      },
    };
    await assert.rejects(destination.put(VOLUME, source), /line dropped/);
    await destination.put(VOLUME, source);
    assert.ok(bytes.equals(await readAll(destination, VOLUME)));
  });

  check('many transfers at once by two clients do not disturb one another', async (destination, storage) => {
    await using other = await storage.open();
    const clients = [destination, other];
    const files = Array.from({ length: 40 }, (_, index) => seededBytes(20_000 + index, index));
    const uploads = files.map((bytes, index) =>
      clients[index % 2]?.put(`file-${index}`, memorySource(bytes)),
    );
    await Promise.all(uploads);
    const downloads = await Promise.all(
      files.map((_, index) => readAll(clients[(index + 1) % 2] ?? other, `file-${index}`)),
    );
    downloads.forEach((bytes, index) => void assert.ok(files[index]?.equals(bytes)));
    assert.equal((await names(destination)).length, files.length);
  });

  check('a file replaced by two clients at once is that of one of them', async (destination, storage, t) => {
    if (storage.keepsUploadsApart === false) return t.skip('this storage mixes uploads of one name');
    await using other = await storage.open();
    const [left, right] = [seededBytes(500_000, 5), seededBytes(400_000, 6)];
    await Promise.all([destination.put(VOLUME, memorySource(left)), other.put(VOLUME, memorySource(right))]);
    const bytes = await readAll(destination, VOLUME);
    assert.ok(bytes.equals(left) || bytes.equals(right));
  });

  check(
    'every verb throws destination-folder-missing without the folder, and createFolder() helps',
    async (destination, storage, t) => {
      if (storage.removeFolder === undefined || !hasAbility(destination, 'createFolder')) {
        t.skip('this storage has no folder that could be missing');
        return;
      }
      await storage.removeFolder();
      const missing = { code: 'destination-folder-missing', retryable: false };
      await assert.rejects(names(destination), missing);
      await assert.rejects(readAll(destination, VOLUME), missing);
      await assert.rejects(destination.delete(VOLUME), missing);
      await assert.rejects(destination.put(VOLUME, memorySource(Buffer.from('x'))), missing);
      await destination.createFolder();
      await destination.createFolder();
      assert.deepEqual(await names(destination), []);
      await destination.put(VOLUME, memorySource(Buffer.from('x')));
      assert.deepEqual(await names(destination), [VOLUME]);
    },
  );

  check('rename() keeps the bytes and never replaces', async (destination, _storage, t) => {
    if (!hasAbility(destination, 'rename')) {
      t.skip('this destination cannot rename');
      return;
    }
    await destination.put('a', memorySource(Buffer.from('first')));
    await destination.put('b', memorySource(Buffer.from('second')));
    await assert.rejects(destination.rename('a', 'b'), { code: 'destination-file-exists' });
    await assert.rejects(destination.rename('x', 'y'), { code: 'destination-file-missing' });
    await assert.rejects(destination.rename('a', '../a'), { code: 'destination-refused' });
    await destination.rename('a', 'c');
    assert.deepEqual((await names(destination)).sort(), ['b', 'c']);
    assert.equal(String(await readAll(destination, 'c')), 'first');
    await destination.rename('c', 'deleted/c');
    assert.deepEqual(await names(destination), ['b']);
  });

  check('delete() takes no folder away', async (destination, _storage, t) => {
    if (!hasAbility(destination, 'rename')) return t.skip('there is no rename()');
    await destination.put('a', memorySource(Buffer.from('x')));
    await destination.rename('a', 'below/a');
    await assert.rejects(destination.delete('below'), { retryable: false });
  });

  check('getRange() gives exactly the bytes asked for', async (destination, _storage, t) => {
    if (!hasAbility(destination, 'getRange')) {
      t.skip('this destination cannot read a range');
      return;
    }
    const bytes = seededBytes(100_000, 7);
    await destination.put(VOLUME, memorySource(bytes));
    for (const [offset, length] of [
      [0, 0],
      [0, 10],
      [99_990, 10],
      [50_000, 1],
      [0, 100_000],
    ] as const) {
      const range = await destination.getRange(VOLUME, { offset, length });
      assert.ok(bytes.subarray(offset, offset + length).equals(range));
    }
    const beyond = { offset: 99_999, length: 2 };
    await assert.rejects(destination.getRange(VOLUME, beyond), { code: 'destination-corrupt' });
    await assert.rejects(destination.getRange('x', beyond), { code: 'destination-file-missing' });
  });

  check('testAccess() passes and leaves nothing behind', async (destination) => {
    await testAccess(destination, { mode: 'read' });
    await testAccess(destination, { mode: 'write' });
    assert.deepEqual(await names(destination), []);
  });
}

/**
 * A listing that breaks off is asked for again, as every run does: a server may list a file whose upload has just
 * ended, and find it gone.
 */
async function names(destination: Destination): Promise<string[]> {
  for (let tries = 1; ; tries++) {
    try {
      return (await collect(destination.list())).map((file) => file.name);
    } catch (error) {
      const isCut = error instanceof DestinationError && error.code === 'destination-corrupt';
      if (!isCut || tries === MOST_LISTINGS) throw error;
    }
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}
