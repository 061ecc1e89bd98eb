import assert from 'node:assert/strict';
import test from 'node:test';
import { DestinationError } from '../destination-error.ts';
import { connectFailure, lineFailure } from './connect.ts';

test('lineFailure() tells the port for data from that of the server', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:4711'), { code: 'ECONNREFUSED' });
  const [ofData, ofServer] = [lineFailure(refused, 'nas'), connectFailure(refused, 'nas')];
  assert.ok(ofData instanceof DestinationError && ofServer instanceof DestinationError);
  assert.match(ofData.message, /^Cannot reach nas: nothing listens at the port that it named for data\.$/);
  assert.match(ofServer.message, /^Cannot reach nas: nothing listens at this port\.$/);
  assert.ok(ofData.retryable && ofServer.retryable);
});
