import { rootCertificates } from 'node:tls';

/** The options of TLS under which further authorities (PEM) count beside those that come with Node. */
export function trustAuthorities(authorities: string | undefined): { readonly ca?: string[] } {
  return authorities === undefined ? {} : { ca: [...rootCertificates, authorities] };
}
