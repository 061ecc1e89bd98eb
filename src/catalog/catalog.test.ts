import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { findCommonName, listCommonNames } from '../destinations/index.ts';
import { FIELDS } from '../mirror/index.ts';
import { commandDescriptors, findCommand } from './commands.ts';
import { renderCompletion, SHELLS } from './completion.ts';
import { renderOverview, renderTopic, suggestTopic } from './help.ts';
import { MODULE_NAMES } from './module-topics.ts';
import { allOptions, findOption, optionsBySection } from './options.ts';
import { renderOptionsPage } from './options-page.ts';
import { renderPullFieldsPage } from './pull-fields-page.ts';

const width = 80;
const help = { width, available: new Set(commandDescriptors.map(({ name }) => name)) };

test('docs/options.md is what renderOptionsPage() writes: run `node tools/generate-docs.ts`', () => {
  const page = readFileSync(new URL('../../docs/options.md', import.meta.url), 'utf8');
  assert.equal(page, renderOptionsPage());
});

test('docs/pull-fields.md is what renderPullFieldsPage() writes: run `node tools/generate-docs.ts`', () => {
  const page = readFileSync(new URL('../../docs/pull-fields.md', import.meta.url), 'utf8');
  assert.equal(page, renderPullFieldsPage(FIELDS));
});

test('commandDescriptors have unique names and name options that exist', () => {
  const names = commandDescriptors.flatMap(({ name, aliases }) => [name, ...aliases]);
  assert.equal(new Set(names).size, names.length);
  for (const { name, mainOptions } of commandDescriptors)
    for (const option of mainOptions) assert.ok(findOption(option), `${name}: ${option}`);
});

test('allOptions name commands that exist, and explain why they are not obeyed', () => {
  for (const { name, commands = [], support = 'works', reason } of allOptions) {
    for (const command of commands) assert.equal(findCommand(command)?.name, command, `${name}: ${command}`);
    assert.equal(support === 'works', reason === undefined, `${name}: ${support} without or with a reason`);
  }
  assert.equal(optionsBySection().flatMap(([, options]) => options).length, allOptions.length);
});

test('renderTopic() explains every command and option within the width', () => {
  for (const topic of [
    ...commandDescriptors.map(({ name }) => name),
    ...allOptions.map(({ name }) => name),
    ...MODULE_NAMES,
    'options',
    'filters',
    'exit-codes',
  ]) {
    const text = renderTopic(topic, help);
    assert.ok(text !== undefined && text !== '', topic);
    const tooLong = text.split('\n').filter((line) => line.length > width && / \S+ /.test(line.trim()));
    assert.deepEqual(tooLong, [], topic);
  }
  assert.match(renderOverview(help), /restore/);
  assert.equal(renderTopic('no-such-thing', help), undefined);
  assert.equal(suggestTopic('restor'), 'restore');
});

test('renderTopic() takes the schemes that mean TLS for those that they stand for', () => {
  for (const scheme of ['ftp', 's3', 'webdav'])
    assert.equal(renderTopic(`${scheme}s`, help), renderTopic(scheme, help));
});

test('renderTopic() leads from what people call a storage to what it goes by', () => {
  for (const [name, schemes] of [
    ['sftp', 'ssh'],
    ['Nextcloud', 'webdav'],
    ['owncloud', 'webdav'],
    ['minio', 's3'],
    ['wasabi', 's3'],
    ['gdrive', 'googledrive'],
    ['Google Drive', 'googledrive'],
    ['onedrive', 'onedrivev2'],
    ['samba', 'smb'],
  ] as const)
    assert.ok(renderTopic(name, help)?.includes(renderTopic(schemes, help) ?? name), name);
  assert.match(renderTopic('nas', help) ?? '', /help smb .*\n.*help ssh .*\n.*help webdav /);
  assert.equal(suggestTopic('nextclowd'), 'nextcloud');
});

test('listCommonNames() are unique, and no word of the help hides one', () => {
  const names = listCommonNames();
  assert.equal(new Set(names).size, names.length);
  for (const name of names) {
    if (!MODULE_NAMES.includes(name)) assert.match(renderTopic(name, help) ?? '', /is reached by/, name);
    for (const scheme of findCommonName(name)?.schemes ?? [])
      assert.ok(MODULE_NAMES.includes(scheme), `${name}: ${scheme}`);
  }
});

test('renderCompletion() makes a script for each shell', () => {
  for (const shell of SHELLS) assert.match(renderCompletion(shell), /dblock-size/);
});
