import { createHash } from 'node:crypto';

/** The public key by which a server proves who it is. */
export interface HostKey {
  /** `ssh-ed25519`, `ssh-rsa`, ... */
  readonly type: string;
  /** As it goes over the wire (RFC 4253, section 6.6). */
  readonly blob: Buffer;
}

/** Reads the type out of a key as it goes over the wire. */
export function readHostKey(blob: Buffer): HostKey {
  const [type = Buffer.alloc(0)] = readStrings(blob);
  return { type: type.toString('latin1'), blob };
}

/** The fingerprint in the form that OpenSSH shows: `SHA256:` and Base64. */
export function sha256Fingerprint({ blob }: HostKey): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** The fingerprint in the form that Duplicati keeps: type, bits of the key, and MD5 in hexadecimal. */
export function md5Fingerprint(key: HostKey): string {
  return `${key.type} ${keyBits(key)} ${md5Pairs(key)}`;
}

/**
 * Whether a key has one of the fingerprints that a user gave, separated by commas. A fingerprint is OpenSSH's
 * `SHA256:...`, or MD5 in pairs of hexadecimal digits, each with or without what stands before it. In a URL
 * the plus signs of Base64 may have become spaces.
 */
export function hasFingerprint(key: HostKey, given: string): boolean {
  const sha256 = sha256Fingerprint(key);
  return given.split(',').some((text) => {
    const [, digest] = /SHA256:([A-Za-z0-9+/ ]{43})/i.exec(text) ?? [];
    if (digest !== undefined) return sha256 === `SHA256:${digest.replaceAll(' ', '+')}`;
    // The end of the word MD5 looks like a pair.
    const pairs = /[0-9a-f]{2}(?::[0-9a-f]{2}){15}/i.exec(text.replace(/MD5:/i, ''))?.[0];
    return pairs?.toLowerCase() === md5Pairs(key);
  });
}

/** The type of key that a fingerprint names, so that the server can be asked for that one of its keys. */
export function namedKeyType(fingerprint: string): string | undefined {
  return /^\s*((?:ssh|ecdsa-sha2|rsa-sha2)-[a-z0-9-]+)\s/i.exec(fingerprint)?.[1]?.toLowerCase();
}

/** What to ask servers for, the strongest first; `known` types come before all others. */
export function orderKeyAlgorithms(known: readonly string[]): string[] {
  const preferred = ALGORITHMS.filter(({ type }) => known.includes(type));
  const others = ALGORITHMS.filter(({ type }) => !known.includes(type));
  return [...preferred, ...others].flatMap(({ algorithms }) => algorithms);
}

const ALGORITHMS: readonly { readonly type: string; readonly algorithms: readonly string[] }[] = [
  { type: 'ssh-ed25519', algorithms: ['ssh-ed25519'] },
  { type: 'ecdsa-sha2-nistp256', algorithms: ['ecdsa-sha2-nistp256'] },
  { type: 'ecdsa-sha2-nistp384', algorithms: ['ecdsa-sha2-nistp384'] },
  { type: 'ecdsa-sha2-nistp521', algorithms: ['ecdsa-sha2-nistp521'] },
  // The same key signs by three methods, of which the last is weak and all that some old servers know.
  { type: 'ssh-rsa', algorithms: ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] },
];

function md5Pairs({ blob }: HostKey): string {
  const digest = createHash('md5').update(blob).digest('hex');
  return digest.replace(/..(?!$)/g, '$&:');
}

function keyBits({ type, blob }: HostKey): number {
  if (type === 'ssh-ed25519') return 256;
  const curve = /nistp(\d+)$/.exec(type)?.[1];
  if (curve !== undefined) return Number(curve);
  // The modulus is the third string of an RSA key; a zero byte may stand before its highest bit.
  const modulus = readStrings(blob)[2] ?? Buffer.alloc(0);
  const start = modulus.findIndex((byte) => byte !== 0);
  return start < 0 ? 0 : (modulus.length - start) * 8 - Math.clz32(modulus[start] ?? 0) + 24;
}

/** Strings, each after its length in four bytes; what does not fit is left out. */
function readStrings(blob: Buffer): Buffer[] {
  const strings: Buffer[] = [];
  for (let at = 0; at + 4 <= blob.length; ) {
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) break;
    strings.push(blob.subarray(at + 4, end));
    at = end;
  }
  return strings;
}
