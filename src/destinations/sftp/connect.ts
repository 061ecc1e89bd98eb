import { readFile } from 'node:fs/promises';
import ssh2, { type Client, type ConnectConfig, type ServerHostKeyAlgorithm, type SFTPWrapper } from 'ssh2';
import { errorCode, errorMessage } from '../../base/index.ts';
import { DestinationError } from '../destination-error.ts';
import { quoteAnswer } from '../support/attempt.ts';
import { networkFailure } from '../support/http/network-failure.ts';
import { connectLine } from '../support/line-proxy.ts';
import { checkHostKey, type HostTrust, knownKeyTypes } from './check-host-key.ts';
import { orderKeyAlgorithms, readHostKey } from './host-key.ts';
import { type ServerManners, SftpSession, silent } from './session.ts';
import type { PrivateKeySource, SftpSettings } from './settings.ts';

/**
 * A session that is logged in at the right server. Throws `destination-refused` or `destination-unreachable`,
 * or the reason of the signal.
 */
export async function connectSftp(
  settings: SftpSettings,
  manners: ServerManners,
  signal: AbortSignal,
): Promise<SftpSession> {
  const { host, port } = settings;
  const trust: HostTrust = {
    host,
    port,
    acceptsAny: settings.acceptsAnyHost,
    fingerprint: settings.fingerprint,
    knownHostsText: settings.fingerprint === undefined ? await readAll(settings.knownHostsPaths) : '',
  };
  const login = await loginOf(settings);
  const patience = { limitMs: settings.limits.shortMs, signal };
  const line = settings.proxy && { sock: await connectLine(settings.proxy, { host, port }, patience) };
  const client = new ssh2.Client();
  const sftp = await logIn(client, settings, trust, {
    host,
    port,
    username: settings.user,
    readyTimeout: settings.limits.shortMs,
    keepaliveInterval: settings.keepaliveMs,
    algorithms: {
      // The types are a list of names that the library knows, which ours is a part of.
      serverHostKey: orderKeyAlgorithms(knownKeyTypes(trust)) as ServerHostKeyAlgorithm[],
    },
    ...login,
    ...line,
    signal,
  });
  // Else small messages wait for the confirmation of those before them, 40 ms at a time.
  client.setNoDelay(true);
  return new SftpSession(host, manners, client, sftp);
}

function logIn(
  client: Client,
  settings: SftpSettings,
  trust: HostTrust,
  { signal, ...config }: ConnectConfig & { readonly signal: AbortSignal },
): Promise<SFTPWrapper> {
  signal.throwIfAborted();
  const verifier = new HostVerifier(trust);
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      client.destroy();
      reject(verifier.refusal ?? connectFailure(error, settings));
    };
    const giveUp = (): void => fail(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    client.on('error', fail);
    client.on('close', () => fail(new Error('the connection was closed during the login')));
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) => {
      answer(prompts.map(() => settings.password ?? ''));
    });
    client.on('ready', () => {
      // The library's own limit ends with the login.
      timer = limitSilence(settings, fail);
      client.sftp((error, sftp) => {
        if (error !== undefined) return fail(error);
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        resolve(sftp);
      });
    });
    client.connect({ ...config, hostVerifier: verifier.accepts });
  });
}

/** Remembers why a server's key was refused, of which the library only says that it was. */
class HostVerifier {
  readonly #trust: HostTrust;
  refusal: unknown;

  constructor(trust: HostTrust) {
    this.#trust = trust;
  }

  readonly accepts = (blob: Buffer): boolean => {
    try {
      checkHostKey(this.#trust, readHostKey(blob));
      return true;
    } catch (error) {
      this.refusal = error;
      return false;
    }
  };
}

function limitSilence(
  { host, limits }: SftpSettings,
  fail: (error: Error) => void,
): NodeJS.Timeout | undefined {
  return limits.shortMs > 0
    ? setTimeout(() => fail(silent(host, limits.shortMs)), limits.shortMs)
    : undefined;
}

/**
 * The one way to log in, in Duplicati's order: key, password, agent, none. A password beside a key is its
 * passphrase.
 */
async function loginOf(settings: SftpSettings): Promise<ConnectConfig> {
  const { key, password, agentSocket } = settings;
  if (key !== undefined) {
    const privateKey = await readKey(key, password);
    return { privateKey, ...(password === undefined ? {} : { passphrase: password }) };
  }
  if (password !== undefined) return { password, tryKeyboard: true };
  return agentSocket === undefined ? {} : { agent: agentSocket };
}

async function readKey(source: PrivateKeySource, passphrase: string | undefined): Promise<string> {
  const text = 'text' in source ? source.text : await readKeyFile(source.path);
  const parsed = ssh2.utils.parseKey(text, passphrase);
  if (!(parsed instanceof Error)) return text;
  throw new DestinationError(
    'destination-refused',
    `Cannot use the private key for SFTP: ${quoteAnswer(parsed.message)}.`,
    { hint: 'Give the passphrase of the key as --auth-password, and check --ssh-key or --ssh-keyfile.' },
  );
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new DestinationError('destination-refused', `Cannot read the private key in the file '${path}'.`, {
      details: { path },
      hint: 'Check the option --ssh-keyfile and the permissions of the file.',
      cause: error,
    });
  }
}

async function readAll(paths: readonly string[]): Promise<string> {
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')));
  return texts.join('\n');
}

function connectFailure(error: unknown, { host, port, user, limits }: SftpSettings): unknown {
  const level = error instanceof Error && 'level' in error ? error.level : undefined;
  const details = { host, port };
  if (level === 'client-authentication' || level === 'agent') {
    return new DestinationError(
      'destination-refused',
      `The server ${host} does not let '${user}' in with this key or password.`,
      { details, hint: 'Check the user, and the password or key.', cause: error },
    );
  }
  if (level === 'handshake' || level === 'protocol') {
    return new DestinationError(
      'destination-refused',
      `Cannot agree on an encrypted connection with ${host}: ${quoteAnswer(errorMessage(error))}.`,
      { details, hint: 'Check that an SSH server listens at this port.', cause: error },
    );
  }
  if (level === 'client-timeout') return silent(host, limits.shortMs);
  if (errorCode(error) !== undefined) return networkFailure(error, host);
  return new DestinationError(
    'destination-unreachable',
    `Cannot reach ${host}: ${quoteAnswer(errorMessage(error))}.`,
    { details, cause: error },
  );
}
