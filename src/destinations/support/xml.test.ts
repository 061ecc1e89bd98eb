import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { childrenOf, escapeXml, parseXml, textOf, type XmlElement } from './xml.ts';

test('parseXml() reads elements, text, entities, CDATA, comments and prefixes', () => {
  const root = parseXml(`<?xml version="1.0"?><!-- a > b -->
    <D:multi xmlns:D="DAV:" odd='>'><D:href>/a&amp;b&#x20;&#48;</D:href><D:empty/><x><![CDATA[<&]]>!</x></D:multi>`);
  assert.equal(root.name, 'multi');
  assert.equal(textOf(root, 'href'), '/a&b 0');
  assert.equal(textOf(root, 'x'), '<&!');
  assert.equal(textOf(root, 'empty'), '');
  assert.equal(textOf(root, 'x', 'y'), undefined);
});

test('parseXml() gives back what was written', () => {
  const name = fc.stringMatching(/^[a-z]{1,5}$/);
  const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
    element: fc.record(
      {
        name,
        attributes: fc.dictionary(name, fc.string({ unit: 'grapheme' }), { noNullPrototype: true }),
        text: fc.string({ unit: 'grapheme' }),
        children: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('element'), { maxLength: 3 })),
      },
      { noNullPrototype: true },
    ),
  }));
  fc.assert(fc.property(element, (tree) => assert.deepEqual(parseXml(write(tree)), tree)));
});

test('parseXml() reads any text or throws an Error', () => {
  const text = fc.string({
    unit: fc.constantFrom('<', '>', '/', '&', ';', '"', '!', '-', '[', ']', '?', 'a', ' '),
  });
  fc.assert(
    fc.property(text, (document) => {
      try {
        parseXml(document);
      } catch (error) {
        assert.ok(error instanceof Error && error.message.startsWith('The XML'));
      }
    }),
  );
});

for (const broken of ['', '<a>', '<a></b>', '<a/><b/>', '</a>', '<a', 'text', '<a/>text', 'text<a/>']) {
  test(`parseXml() refuses ${JSON.stringify(broken)}`, () =>
    assert.throws(() => parseXml(broken), /The XML/));
}

test('childrenOf() finds all of one name', () => {
  assert.equal(childrenOf(parseXml('<a><b/><c/><b/></a>'), 'b').length, 2);
});

function write({ name, attributes, text, children }: XmlElement): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  return `<p:${name}${written.join('')}>${escapeXml(text)}${children.map(write).join('')}</p:${name}>`;
}
