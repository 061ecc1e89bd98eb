import { setTimeout as pause } from 'node:timers/promises';
import type { Abilities, ByteRange } from './abilities.ts';
import { AzureClient } from './azure/azure-client.ts';
import { type AzureSettings, readAzureSettings } from './azure/azure-settings.ts';
import type { DestinationRequest } from './descriptor.ts';
import type { Destination, RemoteFile, SignalOptions, UploadSource } from './destination.ts';
import { DestinationError } from './destination-error.ts';
import { checkStored, hashSource } from './support/hashed-source.ts';
import {
  discardBody,
  HttpClient,
  type HttpResponse,
  headerOf,
  readHttpSettings,
  readText,
} from './support/http/index.ts';
import { rangeHeader, readRange } from './support/http/read-range.ts';
import { checkListableName, checkRemoteName } from './support/remote-name.ts';
import { childrenOf, descend, parseXml, textOf, type XmlElement } from './support/xml.ts';

/** How often to ask whether a copy is done. */
const COPY_STEP_MS = 500;

export function openAzure(request: DestinationRequest): AzureContainer {
  const settings = readAzureSettings(request);
  return new AzureContainer(new HttpClient(readHttpSettings(request.settings), request.log), settings);
}

/** The blobs of a container of Azure Blob Storage ("Blob service REST API"). */
export class AzureContainer
  implements Destination, Pick<Abilities, 'createFolder' | 'rename' | 'getRange' | 'lock' | 'lockedUntil'>
{
  readonly #http: HttpClient;
  readonly #settings: AzureSettings;
  readonly #client: AzureClient;

  constructor(http: HttpClient, settings: AzureSettings) {
    this.#http = http;
    this.#settings = settings;
    this.#client = new AzureClient(http, settings);
  }

  async *list(options: SignalOptions = {}): AsyncGenerator<RemoteFile> {
    const query = { restype: 'container', comp: 'list', delimiter: '/' };
    for (let marker: string | undefined = ''; marker !== undefined; ) {
      const asked: Record<string, string> = marker === '' ? query : { ...query, marker };
      const page: XmlElement = await this.#page(asked, options);
      yield* childrenOf(descend(page, 'Blobs') ?? page, 'Blob').flatMap(readBlob);
      const next: string | undefined = textOf(page, 'NextMarker') || undefined;
      if (next === marker) throw unreadable(`the mark ${next} comes again`);
      marker = next;
    }
  }

  async *get(name: string, options: SignalOptions = {}): AsyncGenerator<Uint8Array> {
    checkRemoteName(name);
    const request = { ...options, method: 'GET', blob: name, limit: 'transfer' } as const;
    const response = await this.#client.expect(request, `read '${name}'`, [200]);
    yield* response.body;
  }

  async getRange(name: string, range: ByteRange, options: SignalOptions = {}): Promise<Uint8Array> {
    checkRemoteName(name);
    const headers = rangeHeader(range);
    const request = { ...options, method: 'GET', blob: name, headers, limit: 'transfer' } as const;
    const response = await this.#client.expect(request, `read '${name}'`, [200, 206, 416]);
    return readRange(response, name, range);
  }

  async put(name: string, source: UploadSource, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    checkListableName(name);
    const { accessTier } = this.#settings;
    const hashed = hashSource(source, 'md5');
    const headers = {
      'content-type': 'application/octet-stream',
      'x-ms-blob-type': 'BlockBlob',
      ...(accessTier === undefined ? {} : { 'x-ms-access-tier': accessTier }),
    };
    const body = hashed.source;
    const request = { ...options, method: 'PUT', blob: name, headers, body, limit: 'transfer' } as const;
    const response = await this.#client.expect(request, `store '${name}'`, [201]);
    await discardBody(response);
    const checksum = headerOf(response, 'content-md5');
    checkStored(name, { checksum }, { checksum: hashed.digest().toString('base64') });
  }

  async delete(name: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    const request = { ...options, method: 'DELETE', blob: name, limit: 'short' } as const;
    await discardBody(await this.#client.expect(request, `delete '${name}'`, [202]));
  }

  async rename(name: string, newName: string, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    checkListableName(newName);
    const action = `rename '${name}' to '${newName}'`;
    const headers = { 'x-ms-copy-source': this.#client.urlOf(name).href, 'if-none-match': '*' };
    const request = { ...options, method: 'PUT', blob: newName, headers, limit: 'list' } as const;
    let response = await this.#client.expect(request, action, [202]);
    await discardBody(response);
    while (headerOf(response, 'x-ms-copy-status') === 'pending') {
      await pause(COPY_STEP_MS, undefined, options.signal === undefined ? {} : { signal: options.signal });
      response = await this.#head(newName, action, options);
    }
    if (headerOf(response, 'x-ms-copy-status') !== 'success')
      throw new DestinationError('destination-unreachable', `Cannot ${action}: the copy failed.`);
    await this.delete(name, options);
  }

  async createFolder(options: SignalOptions = {}): Promise<void> {
    const request = { ...options, method: 'PUT', query: { restype: 'container' }, limit: 'short' } as const;
    const response = await this.#client.send(request);
    const isThere = headerOf(response, 'x-ms-error-code') === 'ContainerAlreadyExists';
    if (response.status === 201 || isThere) await discardBody(response);
    else throw await this.#client.failure(response, 'create the container');
  }

  async lock(name: string, untilMs: number, options: SignalOptions = {}): Promise<void> {
    checkRemoteName(name);
    const headers = {
      'x-ms-immutability-policy-until-date': new Date(untilMs).toUTCString(),
      'x-ms-immutability-policy-mode': this.#settings.lockMode,
    };
    const query = { comp: 'immutabilityPolicies' };
    const request = { ...options, method: 'PUT', blob: name, query, headers, limit: 'short' } as const;
    await discardBody(await this.#client.expect(request, `lock '${name}'`, [200]));
  }

  async lockedUntil(name: string, options: SignalOptions = {}): Promise<number | undefined> {
    checkRemoteName(name);
    const response = await this.#head(name, `read the lock of '${name}'`, options);
    const untilMs = Date.parse(headerOf(response, 'x-ms-immutability-policy-until-date') ?? '');
    return Number.isNaN(untilMs) ? undefined : untilMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]();
  }

  async #head(name: string, action: string, options: SignalOptions): Promise<HttpResponse> {
    const request = { ...options, method: 'HEAD', blob: name, limit: 'short' } as const;
    const response = await this.#client.expect(request, action, [200]);
    await discardBody(response);
    return response;
  }

  async #page(query: Readonly<Record<string, string>>, options: SignalOptions): Promise<XmlElement> {
    const request = { ...options, method: 'GET', query, limit: 'list' } as const;
    const body = await readText(await this.#client.expect(request, 'list the container', [200]));
    try {
      const page = parseXml(body.replace(/^\ufeff/, ''));
      if (page.name === 'EnumerationResults') return page;
    } catch (cause) {
      throw unreadable('it is not well-formed', cause);
    }
    throw unreadable('it is something else');
  }
}

function readBlob(blob: XmlElement): RemoteFile[] {
  const name = textOf(blob, 'Name') ?? '';
  if (name === '' || name.includes('/')) return [];
  const modifiedAtMs = Date.parse(textOf(blob, 'Properties', 'Last-Modified') ?? '');
  const size = textOf(blob, 'Properties', 'Content-Length') ?? '';
  return [
    {
      name,
      sizeBytes: /^\d+$/.test(size) ? Number(size) : -1,
      modifiedAtMs: Number.isNaN(modifiedAtMs) ? undefined : modifiedAtMs,
    },
  ];
}

function unreadable(reason: string, cause?: unknown): DestinationError {
  return new DestinationError(
    'destination-corrupt',
    `The listing of the container cannot be read: ${reason}.`,
    {
      cause,
    },
  );
}
