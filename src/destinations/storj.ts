import type { DestinationRequest } from './descriptor.ts';
import { RcloneClient } from './rclone/rclone-client.ts';
import { readProgramSettings } from './rclone/settings.ts';
import { RcloneFolder } from './rclone.ts';
import { missingOption } from './support/credentials.ts';
import { splitPath } from './support/folder-path.ts';

const REMOTE = 'storj';

/**
 * A folder on Storj, by rclone, which has Storj's own library: files are sealed and cut before they leave
 * this machine. The URL names nothing; all is said by options.
 */
export function openStorj(request: DestinationRequest): RcloneFolder {
  const { settings } = request;
  const path = [settings.get('storj-bucket'), ...splitPath(settings.get('storj-folder') ?? '')].join('/');
  const rclone = {
    ...readProgramSettings(settings),
    folder: `${REMOTE}:${path}`,
    configuration: configurationOf(request),
  };
  const timeouts = { shortMs: settings.get('short-timeout'), listMs: settings.get('list-timeout') };
  return new RcloneFolder(rclone, new RcloneClient(rclone, timeouts, request.log));
}

/** The remote in rclone's words. */
function configurationOf(request: DestinationRequest): string {
  const entries = Object.entries({ type: 'storj', ...accessOf(request) });
  // Long secrets are often copied with line ends in them.
  const lines = entries.map(([key, value]) => `${key} = ${value.replaceAll(/[\r\n]/g, '').trim()}`);
  return [`[${REMOTE}]`, ...lines, ''].join('\n');
}

function accessOf(request: DestinationRequest): Readonly<Record<string, string>> {
  const { settings } = request;
  if (settings.get('storj-auth-method') === 'Access grant')
    return { access_grant: need(request, 'storj-shared-access') };
  return {
    satellite_address: settings.get('storj-satellite'),
    api_key: need(request, 'storj-api-key'),
    passphrase: need(request, 'storj-secret'),
  };
}

function need(
  request: DestinationRequest,
  name: 'storj-shared-access' | 'storj-api-key' | 'storj-secret',
): string {
  const value = request.settings.get(name);
  if (value === undefined) throw missingOption(request, name);
  return value;
}
