import assert from 'node:assert/strict';
import test from 'node:test';
import { createAesCryptDecryptor } from './decryptor.ts';
import { createAesCryptEncryptor } from './encryptor.ts';

/**
 * Files under `pass ✓` with IVs 00..0f and 10..1f and content key 20..3f, without extensions, computed by an
 * independent implementation.
 */
const PASSPHRASE = 'pass \u2713';
const START_OF_VERSION_2 =
  '41455302000000000102030405060708090a0b0c0d0e0f914ffcb54f30ac61179e0507710944960f78bb55a6fa73fcc14791fd0ab09e2737cabd3e58b625f0fd71cccd761bcbf649e324cb16535c61e66bdee3a72cb444105b72497cc707aa39168362824a799a';
const START_OF_VERSION_3 =
  '41455303000000000003e8000102030405060708090a0b0c0d0e0f3443cdda5b855b7bdd5768fe3880b5386922c304df4c2b9cf8606fe5c10b4abcda59af32b16e09579fc8e68f138250ad25e5dce6fb383fce13e350ae9538725529c7700dd846b925ec364a70933c48da';
const VECTORS = [
  {
    version: 2,
    text: '',
    file: `${START_OF_VERSION_2}00f49240b78aa90e53f46106c3481e377e19696e777328b1cd6ec6061a0bd868a9`,
  },
  {
    version: 2,
    text: 'hello',
    file: `${START_OF_VERSION_2}081de71afc60d5908b436adca1cf0e1105e309e98ed622fb89f0c6e74634a2deef139277b2b911b3e93c03a12668948f58`,
  },
  {
    version: 3,
    text: '',
    file: `${START_OF_VERSION_3}a00f1ede67c6f803526f2e3c4ea929bcd3b6dc771a3390f51967449bea3a0365ca2e59cfd31e9c9a74884a002c983944`,
  },
  {
    version: 3,
    text: 'hello',
    file: `${START_OF_VERSION_3}081de71afc60d5908b436adca1cf0e11e309e98ed622fb89f0c6e74634a2deef139277b2b911b3e93c03a12668948f58`,
  },
] as const;

/** Counts up from 0 over all calls. */
function countingBytes(): (sizeBytes: number) => Uint8Array {
  let next = 0;
  return (sizeBytes) => Uint8Array.from({ length: sizeBytes }, () => next++);
}

for (const { version, text, file } of VECTORS) {
  test(`createAesCryptEncryptor() writes the known version ${version} file of "${text}"`, () => {
    const encryptor = createAesCryptEncryptor({
      passphrase: PASSPHRASE,
      version,
      iterations: 1000,
      minimalHeader: true,
      randomness: countingBytes(),
    });
    const bytes = Buffer.concat([encryptor.update(Buffer.from(text)), encryptor.final()]);
    assert.equal(bytes.toString('hex'), file);
  });

  test(`createAesCryptDecryptor() reads the known version ${version} file of "${text}"`, () => {
    const decryptor = createAesCryptDecryptor({ passphrase: PASSPHRASE });
    const bytes = Buffer.concat([decryptor.update(Buffer.from(file, 'hex')), decryptor.final()]);
    assert.equal(bytes.toString(), text);
  });
}
