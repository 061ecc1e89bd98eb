import type { ProgramSettings } from '../../options/index.ts';
import type { Channel } from '../channel.ts';
import { readChannelSettings } from '../channel-settings.ts';
import { composeBody, composeJson, type Material } from '../compose.ts';
import { NotificationError } from '../error.ts';
import { readAddresses } from '../read-address.ts';
import { readRoute } from '../read-route.ts';
import type { Route } from '../report-request.ts';
import { retry } from '../retry.ts';
import { sendRequest } from '../send-request.ts';

/** One address, and the form in which it is told. */
interface Target {
  readonly url: URL;
  readonly form: 'fields' | 'object';
  readonly method: string;
}

/** Forms and objects posted to addresses of the web. */
export function readHttpChannel(settings: ProgramSettings): Channel | undefined {
  const targets = readTargets(settings);
  if (targets.length === 0) return undefined;
  const channel = readChannelSettings(settings, 'send-http');
  const template = settings.get('send-http-message');
  const field = settings.get('send-http-message-parameter-name');
  const route = readRoute(settings, 'send-http');
  const patience = {
    retries: settings.get('send-http-retries'),
    delayMs: settings.get('send-http-retry-delay'),
  };
  return {
    name: 'HTTP',
    settings: channel,
    deliver: async (material, signal) => {
      const failures: unknown[] = [];
      for (const target of targets) {
        const message = { target, template, field, route };
        await retry(patience, signal, () => post(message, material, signal)).catch((error: unknown) => {
          signal.throwIfAborted();
          failures.push(error);
        });
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}

function readTargets(settings: ProgramSettings): readonly Target[] {
  const isObject = settings.get('send-http-result-output-format') === 'Json';
  const method = settings.get('send-http-verb').toUpperCase();
  if (!/^[A-Z]+$/.test(method))
    throw new NotificationError('notification-invalid', `'${method}' is no verb of HTTP.`);
  const read = (name: 'send-http-url' | 'send-http-form-urls' | 'send-http-json-urls') =>
    readAddresses(settings.get(name), name);
  return [
    ...read('send-http-url').map((url) => ({ url, form: isObject ? 'object' : 'fields', method }) as const),
    ...read('send-http-form-urls').map((url) => ({ url, form: 'fields', method: 'POST' }) as const),
    ...read('send-http-json-urls').map((url) => ({ url, form: 'object', method: 'POST' }) as const),
  ];
}

interface Message {
  readonly target: Target;
  readonly template: string;
  /** The name of the field with the text. */
  readonly field: string;
  readonly route: Route;
}

function post(message: Message, material: Material, signal: AbortSignal): Promise<void> {
  const { target, template, field, route } = message;
  const { url, method, form } = target;
  if (form === 'object') {
    const body = composeJson(template, material);
    return sendRequest({ method, url, contentType: 'application/json; charset=utf-8', body, route, signal });
  }
  const fields = new URLSearchParams([
    ...material.settings.extraParameters,
    [field, composeBody(template, material)],
  ]);
  if (method !== 'GET' && method !== 'HEAD')
    return sendRequest({
      method,
      url,
      contentType: 'application/x-www-form-urlencoded; charset=utf-8',
      body: `${fields}`,
      route,
      signal,
    });
  // These verbs carry nothing but their address.
  const asked = new URL(url);
  for (const [name, value] of fields) asked.searchParams.set(name, value);
  return sendRequest({ method, url: asked, contentType: '', body: '', route, signal });
}
