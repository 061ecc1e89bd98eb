/** What Node tells of a certificate that a server showed, with those that vouch for it. */
export interface ShownCertificate {
  /** SHA-256 and SHA-1, hex with colons; absent where no certificate was shown. */
  readonly fingerprint256?: string;
  readonly fingerprint?: string;
  readonly issuerCertificate?: ShownCertificate;
}

/** The fingerprints in a text, apart by commas or semicolons, as lower-case hex without colons. */
export function parseFingerprints(text: string): readonly string[] {
  return text
    .split(/[,;]/)
    .map(normalize)
    .filter((fingerprint) => fingerprint !== '');
}

/** SHA-256 and SHA-1 of a certificate and of all that it was shown with, in the form of `parseFingerprints`. */
export function fingerprintsOf(shown: ShownCertificate): readonly string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  let certificate: ShownCertificate | undefined = shown;
  while (certificate?.fingerprint256 !== undefined && !seen.has(certificate.fingerprint256)) {
    seen.add(certificate.fingerprint256);
    found.push(normalize(certificate.fingerprint256), normalize(certificate.fingerprint ?? ''));
    // A root vouches for itself.
    certificate = certificate.issuerCertificate;
  }
  return found;
}

function normalize(text: string): string {
  return text.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();
}
