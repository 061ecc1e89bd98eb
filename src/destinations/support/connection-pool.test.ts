import assert from 'node:assert/strict';
import test from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { DestinationError } from '../destination-error.ts';
import { ConnectionPool } from './connection-pool.ts';

interface FakeConnection {
  readonly number: number;
  isOpen: boolean;
}

function fakePool(limit: number): { pool: ConnectionPool<FakeConnection>; made: FakeConnection[] } {
  const made: FakeConnection[] = [];
  const pool = new ConnectionPool<FakeConnection>(
    {
      connect: async () => {
        const connection = { number: made.length, isOpen: true };
        made.push(connection);
        return connection;
      },
      close: (connection) => {
        connection.isOpen = false;
      },
      isOpen: ({ isOpen }) => isOpen,
    },
    limit,
  );
  return { pool, made };
}

const numberOf = async ({ number }: FakeConnection): Promise<number> => number;

test('ConnectionPool.use() keeps a connection that served well', async () => {
  const { pool, made } = fakePool(2);
  assert.equal(await pool.use(numberOf), 0);
  assert.equal(await pool.use(numberOf), 0);
  assert.equal(made.length, 1);
});

test('ConnectionPool.use() keeps a connection after a clear answer and throws it away after any other failure', async () => {
  const { pool, made } = fakePool(1);
  const fail = (error: Error) => pool.use(() => Promise.reject(error));
  await assert.rejects(fail(new DestinationError('destination-file-missing', 'gone')));
  assert.equal(await pool.use(numberOf), 0);
  await assert.rejects(fail(new DestinationError('destination-unreachable', 'broken')));
  assert.equal(made[0]?.isOpen, false);
  assert.equal(await pool.use(numberOf), 1);
  await assert.rejects(fail(new Error('of the source')));
  assert.equal(await pool.use(numberOf), 2);
});

test('ConnectionPool.use() makes no more than the limit, and serves whoever waits', async () => {
  const { pool, made } = fakePool(2);
  const gate = Promise.withResolvers<void>();
  const work = Array.from({ length: 6 }, () => pool.use(() => gate.promise));
  gate.resolve();
  await Promise.all(work);
  assert.equal(made.length, 2);
});

test('ConnectionPool.use() gives its place back when there is no connection to be had', async () => {
  const pool = new ConnectionPool(
    { connect: () => Promise.reject(new Error('no way')), close: () => {}, isOpen: () => true },
    1,
  );
  await assert.rejects(pool.use(numberOf), /no way/);
  await assert.rejects(pool.use(numberOf), /no way/);
});

test('ConnectionPool.stream() keeps the connection of a stream read to its end, and of no other', async () => {
  const { pool, made } = fakePool(1);
  const numbers = () =>
    pool.stream(async function* ({ number }) {
      yield number;
      yield number;
    });
  for await (const number of numbers()) assert.equal(number, 0);
  for await (const _number of numbers()) break;
  assert.equal(made[0]?.isOpen, false);
  assert.equal(await pool.use(numberOf), 1);
});

test('ConnectionPool.closeAll() ends every connection, one that is being made too, and new work makes new ones', async () => {
  const { pool, made } = fakePool(2);
  await pool.use(numberOf);
  pool.closeAll();
  assert.equal(made[0]?.isOpen, false);
  assert.equal(await pool.use(numberOf), 1);
  const gate = Promise.withResolvers<string>();
  const ended: string[] = [];
  const slow = new ConnectionPool<string>(
    { connect: () => gate.promise, close: (name) => void ended.push(name), isOpen: () => true },
    1,
  );
  const work = slow.use(async (name) => name);
  await turn();
  slow.closeAll();
  gate.resolve('late');
  await assert.rejects(work, { code: 'destination-unreachable' });
  assert.deepEqual(ended, ['late']);
});

test('ConnectionPool.closeAll() ends the work that waits for its turn, which makes no connection then', async () => {
  const { pool, made } = fakePool(1);
  const gate = Promise.withResolvers<void>();
  const first = pool.use(() => gate.promise);
  const second = pool.use(numberOf);
  await turn();
  pool.closeAll();
  gate.resolve();
  await first;
  await assert.rejects(second, { code: 'destination-unreachable' });
  assert.equal(made.length, 1);
  assert.equal(await pool.use(numberOf), 1);
});

test('ConnectionPool.use() asks a connection that was kept for a while, and replaces one that does not answer', async () => {
  let nowMs = 0;
  let made = 0;
  const asked: number[] = [];
  const closed: number[] = [];
  const pool = new ConnectionPool<number>(
    {
      connect: async () => made++,
      close: (connection) => void closed.push(connection),
      isOpen: () => true,
      isAnswering: async (connection) => {
        asked.push(connection);
        return asked.length === 1;
      },
    },
    1,
    () => nowMs,
  );
  const use = () => pool.use(async (connection) => connection);
  assert.equal(await use(), 0);
  assert.equal(await use(), 0);
  assert.deepEqual(asked, []);
  nowMs += 60_000;
  assert.equal(await use(), 0);
  nowMs += 60_000;
  assert.equal(await use(), 1);
  assert.deepEqual([asked, closed], [[0, 0], [0]]);
});
