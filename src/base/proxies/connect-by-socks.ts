import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { errorCode, errorMessage } from '../errors.ts';
import type { SocksProxy } from './proxy-address.ts';
import { ProxyError } from './proxy-error.ts';
import { askSocks4, askSocks5, SocksFailure, type SocksLine, type SocksTarget } from './socks-handshake.ts';

export interface SocksPatience {
  /** How long the way through the proxy may take; 0 is no limit. */
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * A connection to a host through a proxy that speaks SOCKS. Nothing that the host sent first is lost, however
 * late somebody listens. Throws `ProxyError`, the error of the system where a name that the proxy is not told
 * cannot be looked up, or the reason of the signal.
 */
export async function connectBySocks(
  proxy: SocksProxy,
  target: SocksTarget,
  { limitMs, signal }: SocksPatience,
): Promise<Socket> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const giveUp = (): void => stop.abort();
  signal?.addEventListener('abort', giveUp, { once: true });
  const timer = limitMs > 0 ? setTimeout(giveUp, Math.min(limitMs, LONGEST_TIMER_MS)) : undefined;
  try {
    const known = await lookUp(proxy, target, stop.signal);
    return await shakeHands(proxy, known, stop.signal);
  } catch (error) {
    signal?.throwIfAborted();
    const failure = stop.signal.aborted ? tooLate(limitMs) : error;
    if (!(failure instanceof SocksFailure)) throw failure;
    const { kind, message, cause } = failure;
    throw new ProxyError(kind, `the proxy ${proxy.host} ${message}`, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

/** The target by its address, unless the proxy looks names up. */
async function lookUp(proxy: SocksProxy, target: SocksTarget, stop: AbortSignal): Promise<SocksTarget> {
  const { hostname, port } = target;
  const leavesNames = proxy.scheme === 'socks5h' || proxy.scheme === 'socks4a';
  if (leavesNames || isIP(hostname) !== 0) return target;
  const found = lookup(hostname, { family: proxy.scheme === 'socks4' ? 4 : 0 });
  const { address } = await Promise.race([found, rejection(stop)]);
  return { hostname: address, port };
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function shakeHands(proxy: SocksProxy, target: SocksTarget, stop: AbortSignal): Promise<Socket> {
  const { hostname: host, port } = proxy;
  const socket = connect({ host, port, noDelay: true });
  // Between two waits nobody else hears of an error, which the next wait finds.
  const ignore = (): void => {};
  socket.on('error', ignore);
  try {
    await reach(socket, stop);
    const ask = proxy.scheme.startsWith('socks4') ? askSocks4 : askSocks5;
    const line = openLine(socket, stop);
    await ask(line, proxy, target);
    line.giveBack();
    socket.off('error', ignore);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'cannot be reached: there is no such host',
  ECONNREFUSED: 'cannot be reached: nothing listens at this port',
};

async function reach(socket: Socket, stop: AbortSignal): Promise<void> {
  try {
    await once(socket, 'connect', { signal: stop });
  } catch (cause) {
    const because = REASONS[errorCode(cause) ?? ''] ?? `cannot be reached: ${errorMessage(cause)}`;
    throw new SocksFailure('unreachable', because, { cause });
  }
}

/** The socket while it speaks SOCKS; `giveBack` leaves what came after that to whoever listens next. */
function openLine(socket: Socket, stop: AbortSignal): SocksLine & { giveBack(): void } {
  let received = Buffer.alloc(0);
  return {
    send: (bytes) => void socket.write(bytes),
    receive: async (sizeBytes) => {
      while (received.length < sizeBytes) {
        const piece: Buffer | null = socket.read();
        if (piece !== null) received = Buffer.concat([received, piece]);
        else if (socket.destroyed || socket.readableEnded) throw brokenOff();
        else await moreOf(socket, stop);
      }
      const bytes = received.subarray(0, sizeBytes);
      received = received.subarray(sizeBytes);
      return bytes;
    },
    giveBack: () => {
      if (received.length > 0) socket.unshift(received);
    },
  };
}

/** Waits for more bytes, or for the end of them. */
function moreOf(socket: Socket, stop: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const heard = (): void => resolve();
  const lost = (): void => reject(brokenOff());
  socket.once('readable', heard).once('end', heard).once('close', lost);
  stop.addEventListener('abort', lost, { once: true });
  return promise.finally(() => {
    socket.off('readable', heard).off('end', heard).off('close', lost);
    stop.removeEventListener('abort', lost);
  });
}

function tooLate(limitMs: number): SocksFailure {
  return new SocksFailure('unreachable', `did not answer within ${Math.round(limitMs / 100) / 10} s`);
}

function brokenOff(): SocksFailure {
  return new SocksFailure('unreachable', 'ended the connection before it answered');
}
