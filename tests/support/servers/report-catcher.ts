import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createPlain, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { TestCertificate } from './certificate.ts';

export interface CaughtReport {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** A web server that keeps what is posted. `answers` are the statuses of the first answers; 200 after those. */
export async function startReportCatcher(
  t: TestContext,
  { certificate, answers = [] }: { readonly certificate?: TestCertificate; readonly answers?: number[] } = {},
): Promise<{ readonly url: string; readonly caught: CaughtReport[] }> {
  const caught: CaughtReport[] = [];
  const listener: RequestListener = (request, response) => {
    void text(request).then((body) => {
      const { method = '', url: path = '', headers } = request;
      caught.push({ method, path, contentType: headers['content-type'], body });
      response.writeHead(answers.shift() ?? 200).end('noted');
    });
  };
  const server =
    certificate === undefined
      ? createPlain(listener)
      : createSecure(
          { key: readFileSync(certificate.keyPath), cert: readFileSync(certificate.certificatePath) },
          listener,
        );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, caught };
}
