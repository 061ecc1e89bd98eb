import assert from 'node:assert/strict';
import test from 'node:test';
import type { HttpResponse } from './http-message.ts';
import { readFailure } from './response-failure.ts';

function answer(status: number, headers: Readonly<Record<string, string>>): HttpResponse {
  return { status, statusText: 'No', headers, body: (async function* () {})() };
}

function inMinutes(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toUTCString();
}

test('readFailure() tells when the clock of this machine may be why a server refused', async () => {
  const context = { action: 'list the folder' };
  const behind = await readFailure(answer(403, { date: inMinutes(90) }), context);
  assert.match(behind.hint ?? '', /clock of this machine: it is 90 minutes behind/);
  const ahead = await readFailure(answer(401, { date: inMinutes(-10) }), context);
  assert.match(ahead.hint ?? '', /10 minutes ahead/);
});

test('readFailure() leaves the clock alone where it is right, or where time plays no part', async () => {
  const context = { action: 'list the folder' };
  const right = await readFailure(answer(403, { date: inMinutes(1) }), context);
  assert.match(right.hint ?? '', /permissions/);
  const missing = await readFailure(answer(404, { date: inMinutes(90) }), context);
  assert.equal(missing.hint, undefined);
  const silent = await readFailure(answer(403, {}), context);
  assert.match(silent.hint ?? '', /permissions/);
});
