import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { MirrorDatabase } from '../../database/index.ts';
import { Configuration } from './configuration.ts';
import { applyDocument, writeDocument } from './document.ts';
import { configurationSchema } from './document-schema.ts';
import { formatDocument } from './document-text.ts';
import { effectiveRows, resolveFields } from './effective.ts';
import { applyWords, readFields, writeFields } from './field-set.ts';
import { FIELDS } from './fields.ts';

function open(t: TestContext): { configuration: Configuration; database: MirrorDatabase; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-test-'));
  const database = MirrorDatabase.open(join(folder, 'mirror.sqlite'));
  t.after(() => {
    database[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });
  return { configuration: new Configuration(database, { now: () => 0 }), database, folder };
}

test('applyWords() sets, takes away, and changes members of lists', () => {
  const apply = (...words: string[]) => writeFields(applyWords('source', new Map(), words));
  assert.deepEqual(apply('port=22', 'port=2222'), { port: 2222 });
  assert.deepEqual(apply('port=22', 'port='), {});
  assert.deepEqual(apply('include=/a', 'include=/b/../c/'), { include: ['/a', '/c'] });
  assert.deepEqual(apply('include=/a', 'include+=~/b', 'include-=/a'), { include: ['b'] });
  assert.deepEqual(apply('dump=db.sql:pg_dump a:b'), { dump: [{ name: 'db.sql', command: 'pg_dump a:b' }] });
  assert.deepEqual(apply('bandwidth=2mb', 'acls=no', 'exclude=a=b'), {
    bandwidth: 2_097_152,
    acls: false,
    exclude: ['a=b'],
  });
  assert.throws(() => apply('include-=/a'), { code: 'pull-field-invalid' });
  assert.throws(
    () => apply('keep-al-days=3'),
    (error) => String((error as { hint?: string }).hint).includes('keep-all-days'),
  );
});

test('readFields() reads what writeFields() wrote', () => {
  const names = fc.constantFrom(
    ...FIELDS.filter(({ places }) => places.length === 3).map(({ name }) => name),
  );
  const texts = fc.constantFrom('1', '60', 'true', '/srv', 'mirror', 'vault', 'UTC', '5 4 * * *', 'text');
  fc.assert(
    fc.property(fc.array(fc.tuple(names, texts)), (words) => {
      let fields = readFields('source', {});
      for (const [name, text] of words) {
        try {
          fields = applyWords('source', fields, [`${name}=${text}`]);
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'pull-field-invalid');
        }
      }
      assert.deepEqual(readFields('source', JSON.parse(JSON.stringify(writeFields(fields)))), fields);
    }),
  );
});

test('resolveFields() lets the source win over the destination, that over the defaults, and says which', () => {
  const source = readFields('source', { 'keep-all-days': 1 });
  const destination = readFields('destination', { 'keep-all-days': 2, 'keep-daily-days': 20 });
  const defaults = readFields('defaults', { 'keep-daily-days': 30, 'keep-weekly-weeks': 3 });
  const effective = resolveFields({ source, destination, defaults });
  const shown = effectiveRows('source', effective)
    .filter(({ name }) => name.startsWith('keep-'))
    .map(({ name, value, origin }) => `${name} ${value} ${origin}`);
  assert.deepEqual(shown, [
    'keep-all-days 1 source',
    'keep-daily-days 20 destination',
    'keep-weekly-weeks 3 defaults',
    'keep-monthly-months 4 built-in',
    'keep-yearly-years 2 built-in',
  ]);
});

test('applyDocument() brings back what writeDocument() wrote, and changes nothing when any part is wrong', (t) => {
  const { configuration, database, folder } = open(t);
  const document = {
    defaults: { 'keep-all-days': 3 },
    destinations: { disk: { path: folder } },
    sources: {
      web: {
        destination: 'disk',
        host: 'h',
        user: 'u',
        include: ['/etc'],
        dump: [{ name: 'a', command: 'b' }],
      },
    },
  };
  const apply = (text: string, form: 'json' | 'toml' = 'json') =>
    applyDocument({ text, form }, configuration, database);
  apply(JSON.stringify(document));
  assert.deepEqual(writeDocument(configuration), document);
  const wrong = { ...document, defaults: {}, sources: { web: { ...document.sources.web, port: 'x' } } };
  assert.throws(() => apply(JSON.stringify(wrong)), {
    code: 'pull-field-invalid',
  });
  assert.deepEqual(writeDocument(configuration), document);
  for (const text of ['', '[]', '{"servers":{}}', '{"sources":{"a":{}}}'])
    assert.throws(() => apply(text), { code: 'pull-configuration-invalid' }, text);
});

test('applyDocument() takes TOML for the same as JSON, its times too', (t) => {
  const { configuration, database, folder } = open(t);
  const text = `
[destinations.disk]
path = "${folder}"
[sources."web one"]
destination = "disk"
host = "web.example"
user = "backup"
port = 2222
include = ["/etc", "/srv"]
paused-until = 2026-12-24
[[sources."web one".dump]]
name = "shop.sql"
command = '''mysqldump --where="a = 'b'" shop'''
`;
  applyDocument({ text, form: 'toml' }, configuration, database);
  const { settings } = configuration.source('web one');
  assert.equal(settings.get('paused-until'), Date.parse('2026-12-24'));
  assert.deepEqual(settings.get('dump'), [{ name: 'shop.sql', command: `mysqldump --where="a = 'b'" shop` }]);
  const document = writeDocument(configuration);
  applyDocument({ text: formatDocument(document, 'toml'), form: 'toml' }, configuration, database);
  assert.deepEqual(writeDocument(configuration), document);
  assert.throws(() => applyDocument({ text: 'a = ', form: 'toml' }, configuration, database), {
    code: 'pull-configuration-invalid',
  });
});

test('docs/pull-config.schema.json is what configurationSchema() says', () => {
  const path = join(import.meta.dirname, '../../../docs/pull-config.schema.json');
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), configurationSchema());
});

test('configurationSchema() describes every field of every place', () => {
  const { properties } = configurationSchema() as {
    properties: {
      sources: { additionalProperties: { properties: Record<string, unknown>; required: string[] } };
    };
  };
  const source = properties.sources.additionalProperties;
  assert.deepEqual(source.required, ['destination', 'host', 'user', 'include']);
  assert.equal(
    Object.keys(source.properties).length,
    FIELDS.filter(({ places }) => places.some((place) => place === 'source')).length + 1,
  );
});

test('Configuration refuses sources that would lie in one another in a vault, and destinations in use', (t) => {
  const { configuration, folder } = open(t);
  const fields = (words: readonly string[]) =>
    applyWords('source', new Map(), ['host=h', 'user=u', 'include=/x', 'mode=vault', 'vault=/v', ...words]);
  configuration.addDestination('disk', applyWords('destination', new Map(), [`path=${folder}`]));
  configuration.addSource('a', 'disk', fields(['vault-path=/a']));
  assert.throws(() => configuration.addSource('b', 'disk', fields([])), { code: 'pull-field-invalid' });
  assert.throws(() => configuration.addSource('b', 'disk', fields(['vault-path=/a/b'])), {
    code: 'pull-field-invalid',
  });
  assert.throws(() => configuration.addSource('b', 'disk', fields(['vault='])), {
    code: 'pull-field-missing',
  });
  configuration.addSource('b', 'disk', fields(['vault-path=/ab']));
  assert.throws(() => configuration.addSource('b', 'disk', fields(['mode=mirror'])), {
    code: 'pull-name-taken',
  });
  assert.throws(() => configuration.removeDestination('disk'), { code: 'pull-destination-in-use' });
  assert.throws(() => configuration.source('aa'), { code: 'pull-source-unknown' });
});
