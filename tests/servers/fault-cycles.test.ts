/** Backup, damage, repair and restore through the command line, over lines and servers that keep failing. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { checkCycle } from '../support/check-cycle.ts';
import { type LineFault, startFaultyLine } from '../support/servers/faulty-line.ts';
import { type ProxyFault, startFaultyProxy } from '../support/servers/faulty-proxy.ts';
import { argumentsOf, PLACE_KINDS, type Place, type PlaceKind } from '../support/servers/places/index.ts';

/** Every so many requests meet a fault; prime, so that none is always the same one of a run. */
const REQUESTS_BETWEEN = 5;
const CONNECTIONS_BETWEEN = 3;
const PATIENCE = { 'number-of-retries': '8', 'retry-delay': '0s' };
/** For lines that go quiet: a run would take as long as the limits that hold when nothing else is said. */
const SHORT_LIMITS = { 'read-write-timeout': '2s', 'short-timeout': '2s', 'list-timeout': '5s' };

const QUIET = 'connections that go quiet';

interface Request {
  readonly method: string;
  readonly path: string;
}

interface HttpFault {
  readonly fault: ProxyFault;
  /** Which requests it can happen to; all when absent. */
  readonly concerns?: (request: Request) => boolean;
  /** How many of those there are from one fault to the next. */
  readonly between?: number;
}

const HTTP_FAULTS: Readonly<Record<string, HttpFault>> = {
  'uploads that are cut': {
    fault: { kind: 'cut-request', bytes: 20_000 },
    concerns: ({ method }) => method === 'PUT',
  },
  'downloads that are cut': {
    fault: { kind: 'cut-answer', bytes: 200, isTold: false },
    concerns: ({ method }) => method === 'GET',
  },
  'a slow line': { fault: { kind: 'slow', pieceBytes: 16_384, pauseMs: 2 } },
  'connections that are reset': { fault: { kind: 'reset' } },
  'answers that are lost': { fault: { kind: 'lose-answer' } },
  'status 500': { fault: { kind: 'answer', status: 500 } },
  'status 429 with a pause': { fault: { kind: 'answer', status: 429, headers: { 'retry-after': '1' } } },
  'files of a wrong length': {
    fault: { kind: 'cut-answer', bytes: 500, isTold: true },
    concerns: (request) => request.method === 'GET' && !isListing(request),
  },
  'half a listing': {
    fault: { kind: 'cut-answer', bytes: 400, isTold: true },
    concerns: isListing,
    between: 2,
  },
};

const LINE_FAULTS: Readonly<Record<string, readonly LineFault[]>> = {
  'connections that are cut': [3000, 5000, 100_000, 8000].map((afterBytes) => ({ kind: 'cut', afterBytes })),
  'a slow line': [{ kind: 'slow', pieceBytes: 16_384, pauseMs: 2 }],
  'connections that are reset': [3000, 5000, 100_000, 8000].map((afterBytes) => ({
    kind: 'reset',
    afterBytes,
  })),
  [QUIET]: [5000, 100_000].map((afterBytes) => ({ kind: 'stall', afterBytes })),
};

for (const kind of PLACE_KINDS) {
  const obstacle = await kind.findObstacle();
  test(`${kind.kind}: backups are made, mended and restored through`, async (t) => {
    if (obstacle !== undefined) return t.skip(obstacle);
    // One for all faults: some take longer to start than a backup does.
    const place = await kind.start();
    try {
      for (const fault of Object.keys(kind.speaks === 'HTTP' ? HTTP_FAULTS : LINE_FAULTS))
        await t.test(`${kind.kind}: ${fault}`, (inner) => checkWith(inner, { kind, place, fault }));
    } finally {
      await place.stop();
    }
  });
}

let folders = 0;

async function checkWith(
  t: TestContext,
  { kind, place, fault }: { readonly kind: PlaceKind; readonly place: Place; readonly fault: string },
): Promise<void> {
  const httpFault = HTTP_FAULTS[fault];
  const line =
    kind.speaks === 'HTTP' && httpFault !== undefined
      ? await disturbRequests(t, place, httpFault)
      : await disturbConnections(t, place, LINE_FAULTS[fault] ?? []);
  const way = place.wayTo(`folder-${++folders}`, line);
  const limits = fault === QUIET ? SHORT_LIMITS : {};
  const options = argumentsOf(way, { ...PATIENCE, ...limits });
  await checkCycle(t, { url: way.url, options, disturb: line.disturb });
  assert.ok(line.count() > 2, `only ${line.count()} faults happened`);
}

interface DisturbedLine {
  readonly port: number;
  readonly disturb: (isOn: boolean) => void;
  /** How many faults there were. */
  readonly count: () => number;
}

async function disturbRequests(t: TestContext, place: Place, fault: HttpFault): Promise<DisturbedLine> {
  const faults = new Recurrence([fault.fault], fault.between ?? REQUESTS_BETWEEN);
  const proxy = await startFaultyProxy(place.port, (request) =>
    fault.concerns?.(request) === false ? undefined : faults.next(),
  );
  t.after(() => proxy.stop());
  return { port: proxy.port, disturb: (isOn) => faults.disturb(isOn), count: () => faults.count };
}

async function disturbConnections(
  t: TestContext,
  place: Place,
  given: readonly LineFault[],
): Promise<DisturbedLine> {
  const faults = new Recurrence(given, CONNECTIONS_BETWEEN);
  const plan = (): LineFault | undefined => faults.next();
  const { host: targetHost, dataPorts = [] } = place;
  const line = await startFaultyLine({ targetPort: place.port, targetHost }, plan);
  t.after(() => line.stop());
  for (const port of dataPorts) {
    const dataLine = await startFaultyLine({ targetPort: port, targetHost, port }, plan);
    t.after(() => dataLine.stop());
  }
  return { port: line.port, disturb: (isOn) => faults.disturb(isOn), count: () => faults.count };
}

/** Some faults in turn, each after so many occasions without one. */
class Recurrence<Fault> {
  readonly #faults: readonly Fault[];
  readonly #between: number;
  #occasions = 0;
  #isOn = false;
  count = 0;

  constructor(faults: readonly Fault[], between: number) {
    this.#faults = faults;
    this.#between = between;
  }

  disturb(isOn: boolean): void {
    this.#isOn = isOn;
  }

  /** The second occasion is the first one with a fault, however short a run is. */
  next(): Fault | undefined {
    if (!this.#isOn || this.#occasions++ % this.#between !== 1) return undefined;
    return this.#faults[this.count++ % this.#faults.length];
  }
}

function isListing({ method, path }: Request): boolean {
  // What WebDAV tells of one file, which rclone asks for several times with each upload, is no listing.
  if (method === 'PROPFIND') return !/\.(?:dblock|dindex|dlist)\./.test(path);
  return method === 'GET' && /[?&](?:comp=list|format=json|list-type|max-keys|delimiter|prefix)/.test(path);
}
