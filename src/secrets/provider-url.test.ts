import assert from 'node:assert/strict';
import test from 'node:test';
import { expandProviderVariable, isOn, parseProviderUrl } from './provider-url.ts';

test('parseProviderUrl() takes an address apart', () => {
  assert.deepEqual(parseProviderUrl('HCV://host:8200?Token=a%26b&secrets=x,y'), {
    scheme: 'hcv',
    address: 'host:8200',
    query: { token: 'a&b', secrets: 'x,y' },
  });
  assert.equal(parseProviderUrl('file-secret:///a%20b/c.json').address, '/a b/c.json');
  assert.equal(parseProviderUrl('env://').address, '');
});

test('parseProviderUrl() refuses other texts without showing them', () => {
  assert.throws(
    () => parseProviderUrl('my-token'),
    (error: Error) => {
      assert.equal(Reflect.get(error, 'code'), 'secret-provider-invalid');
      return !error.message.includes('my-token');
    },
  );
});

test('expandProviderVariable() reads an environment variable where the whole text names one', () => {
  const environment = { SP: 'env://' };
  const dollar = '$';
  for (const text of ['$SP', `${dollar}{SP}`, '%SP%'])
    assert.equal(expandProviderVariable(text, environment), 'env://');
  assert.equal(expandProviderVariable('pass://$SP', environment), 'pass://$SP');
  assert.throws(() => expandProviderVariable('$NONE', environment), { code: 'secret-provider-invalid' });
});

test('isOn() reads a switch as options do', () => {
  const url = parseProviderUrl('hcv://h?a=true&b=&c=false&d');
  assert.deepEqual(
    ['a', 'b', 'c', 'd', 'e'].map((name) => isOn(url, name)),
    [true, true, false, true, false],
  );
});
