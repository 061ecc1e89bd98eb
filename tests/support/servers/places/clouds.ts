import { startFakeB2 } from '../fake-b2.ts';
import { FakeBox } from '../fake-box.ts';
import { FakeDrime } from '../fake-drime.ts';
import { FakeDropbox } from '../fake-dropbox.ts';
import { FakeFilejump, FILEJUMP_LOGIN } from '../fake-filejump.ts';
import { FakeFilen, FILEN_LOGIN } from '../fake-filen.ts';
import { FakeGcs } from '../fake-gcs.ts';
import { FakeGoogleDrive } from '../fake-google-drive.ts';
import { FakeGraph } from '../fake-graph.ts';
import { FakeJottacloud } from '../fake-jottacloud.ts';
import { AUTHID } from '../fake-login.ts';
import { FakeMega, MEGA_LOGIN } from '../fake-mega.ts';
import { FakeMovistar, MOVISTAR_LOGIN } from '../fake-movistar.ts';
import { FakePcloud, PCLOUD_TOKEN } from '../fake-pcloud.ts';
import { FakeRenterd, SIA_PASSWORD } from '../fake-renterd.ts';
import type { FakeService } from '../fake-service.ts';
import { FakeTahoe, TAHOE_CAP } from '../fake-tahoe.ts';
import { type Door, originOf, type PlaceKind, type PlaceOptions, type Way } from './place.ts';

/** A stand-in for a provider, and how to get to it. */
interface Cloud {
  readonly kind: string;
  start(): Promise<{ readonly service: FakeService }>;
  /** The way to a folder of the provider whose address that is. */
  wayTo(folder: string, origin: string): Way;
  readonly wrongLogin: PlaceOptions;
}

const BY_AUTHID: PlaceOptions = { authid: 'any:wrong-secret' };
const BY_PASSWORD: PlaceOptions = { 'auth-password': 'wrong-secret' };

/** Those to which a person gives permission in a browser. */
function byAuthid(kind: string, start: Cloud['start'], urlOf: (folder: string) => string): Cloud {
  return {
    kind,
    start,
    wayTo: (folder, origin) => ({
      url: urlOf(folder),
      options: { authid: AUTHID, 'oauth-url': `${origin}/login/refresh`, 'api-endpoint': origin },
    }),
    wrongLogin: BY_AUTHID,
  };
}

/** Those with a login by mail address and password. */
function byPassword(
  { kind, start }: Pick<Cloud, 'kind' | 'start'>,
  { email, password }: { readonly email: string; readonly password: string },
  more: (folder: string, origin: string) => Way,
): Cloud {
  return {
    kind,
    start,
    wayTo: (folder, origin) => {
      const { url, options } = more(folder, origin);
      return { url, options: { 'auth-username': email, 'auth-password': password, ...options } };
    },
    wrongLogin: BY_PASSWORD,
  };
}

/** URLs that name a host and no scheme of HTTP. */
function hostUrl(scheme: string, origin: string, path: string): string {
  const { protocol, host } = new URL(origin);
  return `${scheme}${protocol === 'https:' ? 's' : ''}://${host}${path}`;
}

const CLOUDS: readonly Cloud[] = [
  byAuthid(
    'Google Cloud Storage',
    () => FakeGcs.start(),
    (folder) => `gcs://bucket-${folder}/below?gcs-project=project-1`,
  ),
  byAuthid(
    'Google Drive',
    () => FakeGoogleDrive.start(),
    (folder) => `googledrive://backups/${folder}`,
  ),
  byAuthid(
    'Dropbox',
    () => FakeDropbox.start(),
    (folder) => `dropbox://backups/${folder}`,
  ),
  byAuthid(
    'Box',
    () => FakeBox.start(),
    (folder) => `box://backups/${folder}`,
  ),
  byAuthid(
    'OneDrive',
    () => FakeGraph.start(),
    (folder) => `onedrivev2://backups/${folder}`,
  ),
  byAuthid(
    'Jottacloud',
    () => FakeJottacloud.start(),
    (folder) => `jottacloud://${folder}`,
  ),
  {
    kind: 'pCloud',
    start: () => FakePcloud.start(),
    wayTo: (folder, origin) => ({
      url: `pcloud://eapi.pcloud.com/${folder}`,
      options: { authid: PCLOUD_TOKEN, 'api-endpoint': origin },
    }),
    wrongLogin: { authid: 'wrong-secret' },
  },
  byPassword({ kind: 'Filejump', start: () => FakeFilejump.start() }, FILEJUMP_LOGIN, (folder, origin) => ({
    url: `filejump://${folder}`,
    options: { 'api-url': `${origin}/api/v1` },
  })),
  byPassword({ kind: 'Drime', start: () => FakeDrime.start() }, FILEJUMP_LOGIN, (folder, origin) => ({
    url: `drimecloud://${folder}`,
    options: { 'api-url': `${origin}/api/v1`, 'workspace-id': '7' },
  })),
  byPassword({ kind: 'Mega', start: () => FakeMega.start() }, MEGA_LOGIN, (folder, origin) => ({
    url: `mega://${folder}`,
    options: { 'api-endpoint': origin },
  })),
  byPassword({ kind: 'Filen', start: () => FakeFilen.start(2) }, FILEN_LOGIN, (folder, origin) => ({
    url: `filen://${folder}`,
    options: { 'api-endpoint': origin },
  })),
  {
    kind: 'Movistar',
    start: () => FakeMovistar.start(),
    wayTo: (folder, origin) => ({
      url: `movistarcloud://${folder}`,
      options: { ...MOVISTAR_LOGIN, 'api-endpoint': origin, 'validation-poll-interval': '0s' },
    }),
    wrongLogin: { password: 'wrong-secret' },
  },
  {
    kind: 'Sia',
    start: () => FakeRenterd.start(),
    wayTo: (folder, origin) => ({
      url: hostUrl('sia', origin, `/${folder}`),
      options: { 'sia-password': SIA_PASSWORD, 'sia-bucket': 'my-bucket' },
    }),
    wrongLogin: { 'sia-password': 'wrong-secret' },
  },
  {
    kind: 'Tahoe-LAFS',
    start: () => FakeTahoe.start(),
    wayTo: (folder, origin) => ({
      url: hostUrl('tahoe', origin, `/uri/${encodeURIComponent(TAHOE_CAP)}/${folder}`),
      options: {},
    }),
    wrongLogin: {},
  },
];

/** What the provider names as its own address is the door by which the client came. */
function placeKind({ kind, start, wayTo, wrongLogin }: Cloud): PlaceKind {
  return {
    kind,
    speaks: 'HTTP',
    usesTls: true,
    findObstacle: async () => undefined,
    start: async () => {
      const { service } = await start();
      const port = Number(new URL(service.url).port);
      return {
        port,
        wayTo: (folder, door: Door = { port }) => {
          service.url = originOf(door);
          return wayTo(folder, service.url);
        },
        wrongLogin,
        stop: () => service.stop(),
      };
    },
  };
}

const B2: PlaceKind = {
  kind: 'B2',
  speaks: 'HTTP',
  usesTls: true,
  findObstacle: async () => undefined,
  start: async () => {
    const server = await startFakeB2();
    return {
      port: server.port,
      wayTo: (folder, door: Door = server) => {
        server.answersAs(originOf(door));
        return {
          url: `b2://bucket-${folder}/below`,
          options: {
            'b2-endpoint': originOf(door),
            'b2-accountid': server.keyId,
            'b2-applicationkey': server.key,
          },
        };
      },
      wrongLogin: { 'b2-applicationkey': 'wrong-secret' },
      stop: async () => server.stop(),
    };
  },
};

/** The kinds of destinations that only a strict stand-in of their provider can be put behind. */
export const CLOUD_KINDS: readonly PlaceKind[] = [B2, ...CLOUDS.map(placeKind)];
