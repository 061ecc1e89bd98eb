import { resolveSrv } from 'node:dns/promises';

export interface XmppServer {
  readonly host: string;
  readonly port: number;
}

const USUAL_PORT = 5222;

/** Where clients of a domain connect, the preferred first; without a record, the domain itself. (RFC 6120, 3.2.) */
export async function findXmppServers(domain: string): Promise<readonly XmppServer[]> {
  // A resolver that does not know such records, or cannot be asked, leaves the usual place.
  const found = await resolveSrv(`_xmpp-client._tcp.${domain}`).catch(() => []);
  if (found.length === 0) return [{ host: domain, port: USUAL_PORT }];
  return found
    .sort((a, b) => a.priority - b.priority || b.weight - a.weight)
    .map(({ name, port }) => ({ host: name, port }));
}
