import assert from 'node:assert/strict';
import test from 'node:test';
import { resolveProgramOptions } from '../options/index.ts';
import { readChannelSettings } from './channel-settings.ts';
import { composeBody, composeJson, composeLine, type Material } from './compose.ts';

function createMaterial(options: Readonly<Record<string, string>> = {}): Material {
  const settings = resolveProgramOptions({ commandLine: new Map(Object.entries(options)) });
  return {
    report: {
      operation: 'Backup',
      kind: 'usual',
      result: 'Warning',
      text: "Skipped '/home/me/a b'\n",
      data: { Warnings: ["Skipped '/home/me/a b'"], Files: 3 },
      exception: 'with hush in it',
      values: new Map(),
    },
    lines: ["[warning] x: Skipped '/home/me/a b'"],
    values: new Map([
      ['operationname', 'Backup'],
      ['backup-name', 'things hush'],
      ['remoteurl', 'sftp://host/folder'],
    ]),
    settings: readChannelSettings(settings, 'send-http'),
    redact: (text) => text.replaceAll('hush', '***'),
  };
}

test('composeBody() puts the result and the lines of the log where the template wants them, without paths and secrets', () => {
  assert.equal(
    composeBody('%OperationName% of %backup-name% to %REMOTEURL%\n%result%', createMaterial()),
    "Backup of things *** to sftp://host/folder\nSkipped '<path>'\n\nLog:\n[warning] x: Skipped '<path>'\n",
  );
  assert.match(
    composeBody('%RESULT%', createMaterial({ 'allow-paths-in-log-messages': 'true' })),
    /^Skipped '\/home\/me\/a b'$/m,
  );
});

test('composeLine() keeps a line one line, in which the result is a word', () => {
  assert.equal(
    composeLine('%OPERATIONNAME%:\r\nBcc: x %RESULT%', createMaterial()),
    'Backup: Bcc: x Warning',
  );
});

test('composeJson() tells the values that the template names beside those that are always told', () => {
  const told = JSON.parse(composeJson('any words %RemoteUrl% %nothing%', createMaterial()));
  assert.deepEqual(told, {
    Data: { Warnings: ["Skipped '<path>'"], Files: 3 },
    Extra: { OperationName: 'Backup', 'backup-name': 'things ***', RemoteUrl: 'sftp://host/folder' },
    LogLines: ["[warning] x: Skipped '<path>'"],
    Exception: 'with *** in it',
  });
  const material = createMaterial({
    'send-http-result-output-format': 'json',
    'send-http-extra-parameters': 'colour=dark%20green&x=1',
  });
  const { Extra } = JSON.parse(composeBody('', material));
  assert.deepEqual([Extra.colour, Extra.x, Extra.RemoteUrl], ['dark green', '1', undefined]);
});
