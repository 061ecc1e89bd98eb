import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TestCertificate {
  readonly certificatePath: string;
  readonly keyPath: string;
  /** Hex with colons. */
  readonly sha1: string;
  readonly sha256: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'] as const;
const SUBJECT = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'] as const;

/** Makes a certificate for 127.0.0.1 that only vouches for itself, by `openssl`. */
export function makeCertificate(folder: string): TestCertificate {
  const { certificatePath, keyPath } = pathsIn(folder);
  openssl('req', '-x509', ...KEY, '-keyout', keyPath, '-out', certificatePath, '-days', '2', ...SUBJECT);
  return describe(folder);
}

/** The same, for a time that is over. */
export function makeExpiredCertificate(folder: string): TestCertificate {
  const { certificatePath, keyPath } = pathsIn(folder);
  const [request, settings] = [join(folder, 'request'), join(folder, 'ca.conf')];
  openssl('req', '-new', ...KEY, '-keyout', keyPath, '-out', request, ...SUBJECT);
  writeFileSync(join(folder, 'index'), '');
  writeFileSync(join(folder, 'serial'), '01\n');
  writeFileSync(settings, AUTHORITY.replaceAll('FOLDER', folder));
  const time = ['-startdate', '20200101000000Z', '-enddate', '20200201000000Z'];
  const signing = ['-batch', '-selfsign', '-notext', '-config', settings, '-keyfile', keyPath];
  openssl('ca', ...signing, ...time, '-in', request, '-out', certificatePath);
  return describe(folder);
}

const AUTHORITY = `[ca]
default_ca = own
[own]
database = FOLDER/index
serial = FOLDER/serial
new_certs_dir = FOLDER
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
`;

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}

function pathsIn(folder: string): { readonly certificatePath: string; readonly keyPath: string } {
  return { certificatePath: join(folder, 'certificate.pem'), keyPath: join(folder, 'key.pem') };
}

function describe(folder: string): TestCertificate {
  const paths = pathsIn(folder);
  const { fingerprint, fingerprint256 } = new X509Certificate(readFileSync(paths.certificatePath));
  return { ...paths, sha1: fingerprint, sha256: fingerprint256 };
}
