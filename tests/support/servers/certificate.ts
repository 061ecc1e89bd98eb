import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TestCertificate {
  readonly certificatePath: string;
  readonly keyPath: string;
  /** Hex with colons. */
  readonly sha1: string;
  readonly sha256: string;
}

/** Makes a certificate for 127.0.0.1 that only vouches for itself, by `openssl`. */
export function makeCertificate(folder: string, days = 2): TestCertificate {
  const certificatePath = join(folder, 'certificate.pem');
  const keyPath = join(folder, 'key.pem');
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyPath];
  execFileSync(
    'openssl',
    ['req', '-x509', ...key, '-out', certificatePath, '-days', String(days), ...subject],
    {
      stdio: 'ignore',
    },
  );
  const { fingerprint: sha1, fingerprint256: sha256 } = new X509Certificate(readFileSync(certificatePath));
  return { certificatePath, keyPath, sha1, sha256 };
}
