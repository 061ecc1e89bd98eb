import assert from 'node:assert/strict';
import test from 'node:test';
import { multipartForm } from './multipart-form.ts';
import { bytesSource } from './sessions/read-chunks.ts';

test('multipartForm() is a form whose length is known before it is sent', async () => {
  const source = bytesSource(Buffer.from('--bytes\r\n--of the file'));
  const form = multipartForm({ a: '{"x":1}', b: 'é' }, { field: 'file', fileName: 'a"b.zip', source });
  const pieces: Uint8Array[] = [];
  for await (const piece of form.body.open()) pieces.push(Buffer.from(piece));
  const bytes = Buffer.concat(pieces);
  assert.equal(bytes.byteLength, form.body.sizeBytes);
  const read = await new Response(bytes, { headers: { 'content-type': form.contentType } }).formData();
  assert.equal(read.get('a'), '{"x":1}');
  assert.equal(read.get('b'), 'é');
  const file = read.get('file');
  assert.ok(file instanceof File);
  assert.equal(file.name, 'a"b.zip');
  assert.equal(await file.text(), '--bytes\r\n--of the file');
});
