import assert from 'node:assert/strict';
import test from 'node:test';
import { AbortedByUser, BackupError } from '../../base/index.ts';
import { createResultObject, type RunFacts } from './result-object.ts';
import { writeResult } from './write-result.ts';

const FACTS: RunFacts = {
  operation: 'backup',
  beginMs: 0,
  endMs: 90_061_007,
  version: '1.2.3',
  messages: { messages: ['m'], warnings: [], errors: [], counts: { messages: 1, warnings: 0, errors: 0 } },
  isInterrupted: false,
  fields: { AddedFiles: 2 },
  statistics: { BytesUploaded: 5 },
};
const counted = (warnings: number, errors: number) => ({
  ...FACTS.messages,
  counts: { messages: 0, warnings, errors },
});

test('createResultObject() has the fields of every report', () => {
  assert.deepEqual(createResultObject(FACTS), {
    MainOperation: 'Backup',
    ParsedResult: 'Success',
    Interrupted: false,
    Version: '1.2.3',
    BeginTime: '1970-01-01T00:00:00.000Z',
    EndTime: '1970-01-02T01:01:01.007Z',
    Duration: '1.01:01:01.0070000',
    AddedFiles: 2,
    MessagesActualLength: 1,
    WarningsActualLength: 0,
    ErrorsActualLength: 0,
    Messages: ['m'],
    Warnings: [],
    Errors: [],
    BackendStatistics: { BytesUploaded: 5 },
  });
});

test('createResultObject() judges a run by its worst', () => {
  const judge = (facts: Partial<RunFacts>) => createResultObject({ ...FACTS, ...facts }).ParsedResult;
  assert.equal(judge({ messages: counted(1, 0) }), 'Warning');
  assert.equal(judge({ fields: { PartialBackup: true } }), 'Warning');
  assert.equal(judge({ messages: counted(1, 1) }), 'Error');
  assert.equal(judge({ fields: { FilesWithError: 1 } }), 'Error');
  assert.equal(judge({ failure: new BackupError('x', 'y') }), 'Fatal');
});

test('createResultObject() takes an abort by the user for no failure', () => {
  const result = createResultObject({ ...FACTS, failure: new AbortedByUser() });
  assert.equal(result.ParsedResult, 'Success');
  assert.equal(result.Interrupted, true);
});

test('writeResult() writes lines for people or one object', () => {
  const result = createResultObject(FACTS);
  assert.deepEqual(JSON.parse(writeResult(result, 'Json')), result);
  const text = writeResult(result, 'Duplicati');
  assert.match(text, /^MainOperation: Backup\nParsedResult: Success\n/);
  assert.match(text, /\nMessages: \[\n {2}m\n\]\nWarnings: \[\]\n/);
  assert.match(text, /\nBackendStatistics:\n {2}BytesUploaded: 5\n$/);
});
