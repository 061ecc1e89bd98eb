/** What a token of Keystone opens. */
export interface KeystoneLogin {
  readonly user: string;
  readonly password: string;
  readonly project: string;
  readonly domain: string;
}

export interface KeystoneToken {
  readonly token: string;
  readonly catalog: readonly {
    readonly type: string;
    readonly endpoints: readonly {
      readonly interface: string;
      readonly region: string;
      readonly url: string;
    }[];
  }[];
}

/** Logs in to a project of the user's own domain. */
export async function logInToKeystone(url: string, login: KeystoneLogin): Promise<KeystoneToken> {
  const domain = { name: login.domain };
  const user = { name: login.user, password: login.password, domain };
  const identity = { methods: ['password'], password: { user } };
  const scope = { project: { name: login.project, domain } };
  const { headers, content } = await send<{ readonly token: Pick<KeystoneToken, 'catalog'> }>(
    `${url}/auth/tokens`,
    { method: 'POST', content: { auth: { identity, scope } } },
  );
  return { token: headers.get('x-subject-token') ?? '', catalog: content.token.catalog };
}

interface Thing {
  readonly id: string;
}

/** The parts of Keystone's interface that an owner sets it up with. */
export class KeystoneApi {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, { token }: KeystoneToken) {
    this.#url = url;
    this.#token = token;
  }

  /** Makes a thing of one kind (`domain`, `user`, `region`...) and gives its id. */
  async create(kind: string, properties: Readonly<Record<string, unknown>>): Promise<string> {
    const request = { method: 'POST', content: { [kind]: properties }, token: this.#token };
    const { content } = await send<Readonly<Record<string, Thing>>>(`${this.#url}/${kind}s`, request);
    return content[kind]?.id ?? '';
  }

  /** The id of a role that is there. */
  async findRole(name: string): Promise<string> {
    const request = { method: 'GET', token: this.#token };
    const { content } = await send<{ readonly roles: readonly Thing[] }>(
      `${this.#url}/roles?name=${name}`,
      request,
    );
    return content.roles[0]?.id ?? '';
  }

  /** Gives a user a role in a project. */
  async assign(role: string, { user, project }: Readonly<Record<'user' | 'project', string>>): Promise<void> {
    const path = `projects/${project}/users/${user}/roles/${role}`;
    await send(`${this.#url}/${path}`, { method: 'PUT', token: this.#token });
  }
}

interface KeystoneRequest {
  readonly method: string;
  readonly content?: unknown;
  readonly token?: string;
}

async function send<Content>(
  url: string,
  { method, content, token }: KeystoneRequest,
): Promise<{ readonly headers: Headers; readonly content: Content }> {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { 'x-auth-token': token }),
  };
  const body = content === undefined ? {} : { body: JSON.stringify(content) };
  const response = await fetch(url, { method, headers, ...body });
  const text = await response.text();
  if (response.ok) return { headers: response.headers, content: JSON.parse(text || '{}') };
  throw new Error(`${method} ${url}: ${response.status} ${text}`);
}
