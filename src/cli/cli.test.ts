import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import test from 'node:test';
import fc from 'fast-check';
import { BackupError, RunController, serializeError } from '../base/index.ts';
import { commandDescriptors } from '../catalog/index.ts';
import { commandTable } from './command-table.ts';
import { createConsoleOutput } from './console-output.ts';
import { exitCodeOfError } from './exit-code.ts';
import { formatBytes, formatCount, formatElapsed } from './format-amount.ts';
import { explainFullDisk } from './full-disk.ts';
import { applyKeys } from './hidden-input.ts';
import { runCommandLine } from './main.ts';
import { askPassphrase, readPassphraseLine, suggestPassphrase } from './passphrase.ts';
import { renderProgress } from './progress-line.ts';
import { handleSignals } from './signals.ts';

/** A sink that remembers what was written to it. */
function createSink(isTTY = false) {
  const written: string[] = [];
  return {
    written,
    isTTY,
    columns: 80,
    write: (text: string) => written.push(text),
    text: () => written.join(''),
  };
}

/** A terminal on which the given keys are pressed. */
function createInput(keys: readonly string[], isTTY = true) {
  const pressed = [...keys];
  return {
    isTTY,
    isRaw: false,
    setRawMode(isRaw: boolean) {
      this.isRaw = isRaw;
    },
    pause: () => {},
    async *[Symbol.asyncIterator]() {
      for (let key = pressed.shift(); key !== undefined; key = pressed.shift()) yield Buffer.from(key);
    },
  };
}

async function run(argv: readonly string[], environment: Record<string, string> = {}) {
  const standardOutput = createSink();
  const standardError = createSink();
  const code = await runCommandLine({
    argv,
    environment,
    standardInput: createInput([], false),
    standardOutput,
    standardError,
    signals: new EventEmitter(),
    pathListSeparator: ':',
    exitNow: () => assert.fail('ended at once'),
  });
  return { code, out: standardOutput.text(), err: standardError.text() };
}

test('runCommandLine() prints version and help', async () => {
  assert.match((await run(['--version'])).out, /^\d+\.\d+\.\d+\S*\n$/);
  assert.equal((await run([])).code, 0);
  assert.match((await run(['help', 'dblock-size'])).out, /--dblock-size=<size>/);
  assert.match((await run(['help', 'dblocksize'])).err, /ashlar help dblock-size/);
});

test('runCommandLine() answers 200 for a wrong command line, with the id of the error and no stack', async () => {
  const rows = [
    [['restor', 'x'], 'command-unknown', /Did you mean 'restore'/],
    [['system-info', 'x'], 'arguments-extra', /Usage: ashlar system-info/],
    [['completion'], 'arguments-missing', /<shell>/],
    [['completion', 'ksh'], 'arguments-invalid', /bash, zsh, fish/],
    [['system-info', '--blocksiz=1'], 'option-unknown', /Did you mean --blocksize/],
    [['system-info', '--blocksize=x'], 'option-invalid', /'x'/],
  ] as const;
  for (const [argv, id, pattern] of rows) {
    const { code, err, out } = await run(argv);
    assert.equal(code, 200, argv.join(' '));
    assert.ok(err.startsWith(`\nErrorID: ${id}\n`), err);
    assert.match(err, pattern);
    assert.doesNotMatch(err, / at .*\.ts/);
    assert.equal(out, '');
  }
});

test('runCommandLine() answers 100 for a parameters file that cannot be read', async () => {
  const { code, err } = await run(['system-info', '--parameters-file=/no/such/file']);
  assert.equal(code, 100);
  assert.match(err, /ErrorID: parameters-file-unreadable/);
});

test('runCommandLine() with --json prints one object, for an error too', async () => {
  const { out } = await run(['system-info', '--json']);
  assert.equal(typeof JSON.parse(out).node, 'string');
  const failed = await run(['system-info', 'x', '--json']);
  const { exitCode, error } = JSON.parse(failed.out);
  assert.equal(exitCode, 200);
  assert.equal(error.code, 'arguments-extra');
});

test('commandTable names commands of the catalog', () => {
  const names = new Set(commandDescriptors.map(({ name }) => name));
  for (const name of Object.keys(commandTable)) assert.ok(names.has(name), name);
});

test('exitCodeOfError() takes everything that is not about the command line for a failure', () => {
  assert.equal(exitCodeOfError(new BackupError('filter-invalid', 'x')), 100);
  assert.equal(exitCodeOfError(new Error('x')), 100);
  assert.equal(exitCodeOfError(new BackupError('option-conflict', 'x')), 200);
});

test('createConsoleOutput() prints by level, counts problems, and leaves standard output to the result', () => {
  const standardOutput = createSink();
  const standardError = createSink();
  const output = createConsoleOutput({
    standardOutput,
    standardError,
    level: 'dry-run',
    ignoredIds: ['noise'],
    suppressedWarnings: ['known'],
    mode: 'text',
  });
  output.write('information', 'a', 'not printed');
  output.write('dry-run', 'b', 'Would delete x');
  output.write('warning', 'c', 'bell \u0007');
  output.write('warning', 'noise', 'ignored');
  output.write('warning', 'known', 'suppressed');
  output.write('error', 'd', 'bad');
  output.print('result');
  assert.equal(standardOutput.text(), '[Dryrun]: Would delete x\nresult\n');
  assert.equal(standardError.text(), 'Warning: bell \ufffd\nError: bad\n');
  assert.deepEqual(output.counts, { warnings: 2, errors: 1 });
});

test('createConsoleOutput() hides the progress line while something else is printed', () => {
  const standardError = createSink(true);
  const standardOutput = createSink(true);
  const output = createConsoleOutput({ standardOutput, standardError, level: 'warning', mode: 'text' });
  const state = {
    phase: 'scanning',
    filesDone: 2,
    filesTotal: undefined,
    bytesDone: 0,
    bytesTotal: undefined,
    current: undefined,
  };
  output.progress(state);
  output.print('line');
  output.reply('Stopping');
  output.close();
  assert.equal(standardOutput.text(), 'line\n');
  assert.match(standardError.text(), /\r\u001b\[KStopping\n/);
  assert.equal(standardError.written.filter((text) => text === '\r\u001b[K').length, 3);
  assert.match(standardError.text(), /Scanning {2}0 s {2}2 files/);
});

test('renderProgress() fits the width and shows the end of a long path', () => {
  const state = {
    phase: 'backing-up',
    filesDone: 1200,
    filesTotal: 12_000,
    bytesDone: 1 << 20,
    bytesTotal: 4 << 20,
    current: `/home/${'x'.repeat(200)}/end.txt`,
  };
  const text = renderProgress(state, { elapsedMs: 61_000, ratePerSecond: 1 << 20, width: 119 });
  assert.match(
    text,
    /^Backing up {2}1:01 min {2}25 % {2}1200\/12 000 files {2}1\.00 MiB {2}1\.00 MiB\/s {2}3 s left/,
  );
  assert.match(text, /\.\.\.x+\/end\.txt$/);
  assert.equal(text.length, 119);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 150 }), (width) => {
      assert.ok(renderProgress(state, { elapsedMs: 1, ratePerSecond: undefined, width }).length <= width);
    }),
  );
});

test('format functions are short and exact where it matters', () => {
  assert.deepEqual([0, 1023, 1024, 1536, 52_428_800, 1e15].map(formatBytes), [
    '0 bytes',
    '1023 bytes',
    '1.00 KiB',
    '1.50 KiB',
    '50.0 MiB',
    '909 TiB',
  ]);
  assert.deepEqual([0, 42_000, 187_000, 7_509_000].map(formatElapsed), [
    '0 s',
    '42 s',
    '3:07 min',
    '2:05:09 h',
  ]);
  assert.equal(formatCount(1, 'file'), '1 file');
  assert.equal(formatCount(1_234_567, 'entry', 'entries'), '1 234 567 entries');
});

test('applyKeys() edits a line as a terminal would', () => {
  assert.deepEqual(applyKeys('', 'abc\u007f\u007fü'), { text: 'aü', state: 'typing' });
  assert.deepEqual(applyKeys('old', '\u0015new\rrest'), { text: 'new', state: 'entered' });
  assert.deepEqual(applyKeys('x', '\u0003'), { text: '', state: 'aborted' });
});

test('askPassphrase() asks twice for a new backup, offers a suggestion, and never shows what was typed', async () => {
  const ask = async (purpose: 'open' | 'create', ...keys: string[]) => {
    const output = createSink(true);
    const input = createInput(keys);
    const passphrase = await askPassphrase({ input, output, purpose });
    assert.equal(input.isRaw, false);
    return { passphrase, text: output.text() };
  };
  assert.deepEqual(await ask('open', 'sec', 'ret\r'), { passphrase: 'secret', text: 'Passphrase: \n' });
  assert.equal((await ask('create', 'secret\r', 'secret\r')).passphrase, 'secret');
  const suggested = await ask('create', '\r');
  assert.ok(suggested.text.includes(`Suggestion: ${suggested.passphrase}\n`));
  await assert.rejects(ask('create', 'a\r', 'b\r'), { code: 'passphrase-mismatch' });
  await assert.rejects(ask('open', '\r'), { code: 'passphrase-missing' });
  await assert.rejects(ask('open', '\u0003'), { code: 'aborted' });
  const output = createSink();
  await assert.rejects(askPassphrase({ input: createInput([], false), output, purpose: 'open' }), {
    code: 'passphrase-missing',
  });
});

test('readPassphraseLine() takes the first line', async () => {
  assert.equal(await readPassphraseLine(createInput(['wö', 'rd\r\nmore'])), 'wörd');
  await assert.rejects(readPassphraseLine(createInput(['\n'])), { code: 'passphrase-missing' });
});

test('suggestPassphrase() is long and never the same', () => {
  assert.match(suggestPassphrase(), /^([a-z2-9]{4}-){5}[a-z2-9]{4}$/);
  assert.notEqual(suggestPassphrase(), suggestPassphrase());
});

test('handleSignals() stops on the first Ctrl-C, and takes two at once for one', () => {
  const source = new EventEmitter();
  const control = new RunController();
  const lines: string[] = [];
  const forget = handleSignals({
    source,
    control,
    announce: (line) => lines.push(line),
    exit: () => assert.fail(),
  });
  source.emit('SIGINT');
  source.emit('SIGINT');
  assert.equal(control.isStopping(), true);
  assert.equal(control.signal.aborted, false);
  assert.equal(lines.length, 1);
  source.emit('SIGTERM');
  assert.equal(control.signal.aborted, true);
  forget();
  assert.equal(source.listenerCount('SIGINT'), 0);
});

test('handleSignals() aborts on the second Ctrl-C and ends on the third', () => {
  const source = new EventEmitter();
  const control = new RunController();
  let ended = 0;
  let nowMs = 0;
  handleSignals({ source, control, announce: () => {}, exit: () => ended++, clockMs: () => nowMs });
  source.emit('SIGINT');
  nowMs += 1000;
  source.emit('SIGINT');
  assert.equal(control.signal.aborted, true);
  assert.equal(ended, 0);
  nowMs += 1000;
  source.emit('SIGINT');
  assert.equal(ended, 1);
});

test('handleSignals() speaks of a next run only where that goes on from what was done', () => {
  for (const [first, said] of [
    ['stop', 'Ending now; the next run goes on from here.'],
    ['abort', 'Ending now.'],
  ] as const) {
    const source = new EventEmitter();
    const lines: string[] = [];
    let nowMs = 0;
    const announce = (line: string) => void lines.push(line);
    handleSignals({
      source,
      control: new RunController(),
      announce,
      exit: () => assert.fail(),
      first,
      clockMs: () => nowMs,
    });
    for (let press = first === 'stop' ? 0 : 1; press < 2; press++) {
      nowMs += 1000;
      source.emit('SIGINT');
    }
    assert.equal(lines.at(-1), said);
  }
});

test('explainFullDisk() says what to do about a full disk, also where a thread met it, and shows no stack', () => {
  const met = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  for (const error of [met, BackupError.fromJSON(serializeError(met))]) {
    const explained = explainFullDisk(error);
    assert.ok(explained instanceof BackupError);
    assert.equal(explained.code, 'disk-full');
    assert.equal(explained.message, 'A disk is full: ENOSPC: no space left on device, write.');
    assert.match(explained.hint ?? '', /--tempdir/);
  }
  const other = new Error('no');
  assert.equal(explainFullDisk(other), other);
});
