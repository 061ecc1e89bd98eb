import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { SignalOptions } from '../../destination.ts';
import { DestinationError } from '../../destination-error.ts';
import { plainWords } from '../http/index.ts';

export interface RedirectSettings {
  readonly port: number;
  /** What the browser must bring back, so that nobody else's answer is taken. */
  readonly state: string;
  /** Called as soon as the answer can be received. */
  readonly onReady: () => void;
}

/**
 * Waits on a port of this machine until the browser brings the code that the provider gave (RFC 8252, 7.3).
 * Throws `destination-refused` where it brings a refusal.
 */
export async function awaitRedirect(
  { port, state, onReady }: RedirectSettings,
  { signal }: SignalOptions,
): Promise<string> {
  signal?.throwIfAborted();
  const { promise: code, resolve, reject } = Promise.withResolvers<string>();
  const server = createServer((request, response) => {
    const answer = new URL(request.url ?? '/', 'http://localhost').searchParams;
    if (answer.get('state') !== state) {
      say(response, 400, 'This is not the answer that is waited for.');
      return;
    }
    const given = answer.get('code');
    const why = answer.get('error_description') ?? answer.get('error') ?? 'no code';
    if (given === null) reject(refused(why));
    else resolve(given);
    say(response, 200, given === null ? 'No permission was given.' : 'Done. You can close this page.');
  });
  const onAbort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    server.listen(port, 'localhost');
    await once(server, 'listening');
    onReady();
    return await code;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    server.close();
  }
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(`${text}\n`);
}

function refused(why: string): DestinationError {
  return new DestinationError(
    'destination-refused',
    `The provider gave no permission: ${plainWords(why, [])}.`,
    { hint: 'Check that the application may be used by this account, and for what.' },
  );
}
