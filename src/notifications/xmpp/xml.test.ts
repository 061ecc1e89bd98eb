import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { encodeXml, skipPreamble, takeElement } from './xml.ts';

test('takeElement() takes one element after the other, once all of it has come', () => {
  const text = ` <a x='1&amp;2' y="&#x41;&#66;">t<b/>u<c><c>&lt;</c></c></a><d/>`;
  const end = text.indexOf('<d/>');
  for (let length = 0; length < end; length++) assert.equal(takeElement(text.slice(0, length)), undefined);
  const taken = takeElement(text);
  assert.equal(taken?.rest, '<d/>');
  const { element } = taken;
  assert.deepEqual(
    [...element.attributes],
    [
      ['x', '1&2'],
      ['y', 'AB'],
    ],
  );
  assert.equal(element.text, 'tu');
  assert.deepEqual(
    element.children.map(({ name }) => name),
    ['b', 'c'],
  );
  assert.equal(element.children[1]?.children[0]?.text, '<');
});

test('takeElement() reads what encodeXml() wrote, but for characters that XML cannot hold', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const encoded = encodeXml(text);
      const taken = takeElement(`<a x='${encoded}'>${encoded}</a>`);
      assert.equal(taken?.element.text, taken?.element.attributes.get('x'));
      assert.equal(encodeXml(taken?.element.text ?? ''), encoded);
    }),
  );
});

test('takeElement() takes nothing, and throws nothing, for texts that are no element', () => {
  for (const text of ['<a></b>', '<!DOCTYPE a>', 'words', '<a x=1/>'])
    assert.equal(takeElement(text), undefined);
  fc.assert(fc.property(fc.string(), (text) => void takeElement(text)));
});

test('skipPreamble() waits for the whole beginning of a stream', () => {
  assert.equal(skipPreamble("<?xml version='1.0'?><stream:stream id='x'"), undefined);
  assert.equal(skipPreamble("<?xml version='1.0'?><stream:stream id='x'><a/>"), '<a/>');
});
