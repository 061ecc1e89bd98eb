import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { NotificationError } from '../error.ts';

export type ScramHash = 'sha1' | 'sha256';

/** A login that proves the password without sending it, and asks the same of the server. (RFC 5802; RFC 7677.) */
export interface Scram {
  /** The first message of the client. */
  readonly first: string;
  /** The answer to the challenge of the server. Throws `notification-refused` for one that is not to be answered. */
  answer(challenge: string): string;
  /** Throws `notification-refused` unless the server knows the password too. */
  verify(end: string): void;
}

/** Fewer rounds than this would let a false server guess the password from the answer. */
const LEAST_ROUNDS = 4096;
const MOST_ROUNDS = 1_000_000;

export function beginScram(
  { hash, user, password }: { readonly hash: ScramHash; readonly user: string; readonly password: string },
  clientNonce = randomBytes(18).toString('base64'),
): Scram {
  const bare = `n=${user.normalize('NFKC').replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${clientNonce}`;
  const sign = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
  let expected: Buffer | undefined;
  return {
    first: `n,,${bare}`,
    answer: (challenge) => {
      const fields = readFields(challenge);
      const [nonce = '', salt = '', rounds] = ['r', 's', 'i'].map((name) => fields.get(name));
      const count = Number(rounds);
      const isSound = nonce.startsWith(clientNonce) && nonce.length > clientNonce.length && salt !== '';
      if (!isSound || !(count >= LEAST_ROUNDS && count <= MOST_ROUNDS)) throw unsound();
      const length = createHash(hash).digest().length;
      const salted = pbkdf2Sync(password.normalize('NFKC'), Buffer.from(salt, 'base64'), count, length, hash);
      const clientKey = sign(salted, 'Client Key');
      const storedKey = createHash(hash).update(clientKey).digest();
      const bound = `c=biws,r=${nonce}`;
      const all = `${bare},${challenge},${bound}`;
      const signature = sign(storedKey, all);
      const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
      expected = sign(sign(salted, 'Server Key'), all);
      return `${bound},p=${Buffer.from(proof).toString('base64')}`;
    },
    verify: (end) => {
      const shown = Buffer.from(readFields(end).get('v') ?? '', 'base64');
      if (expected === undefined || shown.length !== expected.length || !timingSafeEqual(shown, expected))
        throw unsound();
    },
  };
}

function readFields(message: string): ReadonlyMap<string, string> {
  return new Map(message.split(',').map((field) => [field.slice(0, 1), field.slice(2)]));
}

function unsound(): NotificationError {
  return new NotificationError(
    'notification-refused',
    'The XMPP server does not prove that it knows the password.',
  );
}
