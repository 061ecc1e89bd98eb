/** Every error code that the sources use, with its sentences and hints, as the page `docs/errors.md`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findClosing, literalsOf, splitArguments, withoutComments } from './source-text.ts';

interface ErrorEntry {
  /** Sentences, each with the hints that are given with it. */
  readonly messages: Map<string, Set<string>>;
  /** What the list of codes says of it. */
  meaning: string | undefined;
  readonly rooms: Set<string>;
}

export interface ErrorCatalog {
  readonly codes: ReadonlyMap<string, ErrorEntry>;
  /** Calls whose code cannot be read off the source. */
  readonly unclear: readonly string[];
}

const CODE = /^[a-z]+(?:-[a-z]+)+$/;
const CALL = /\b(\w*(?:Error|error))\(/g;
/** The list of the codes of a family: a union type, or an object whose keys it is. */
const FAMILY = /(?:type \w*ErrorCode =|const IS_RETRYABLE =)([\s\S]*?)(?:;|\} as const)/g;

/** Reads all sources below `folder`. */
export function collectErrors(folder: string): ErrorCatalog {
  const codes = new Map<string, ErrorEntry>();
  const unclear: string[] = [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .sort();
  for (const name of names) {
    const source = readFileSync(join(folder, name), 'utf8');
    const room = name.split('/')[0] ?? '';
    readFamilies(source, (code) => entryOf(codes, code, room));
    unclear.push(
      ...readCalls(source, (code) => entryOf(codes, code, room)).map((call) => `${folder}/${name}: ${call}`),
    );
  }
  return { codes: new Map([...codes].sort(([a], [b]) => (a < b ? -1 : 1))), unclear };
}

/** The page. */
export function renderErrorsPage({ codes }: ErrorCatalog): string {
  const lines = [
    '# Errors',
    '',
    'Generated from the sources by `node tools/generate-docs.ts`; `npm run check` compares the two.',
    '',
    'Every error that a user can meet has a code, which does not change between versions. It is printed after `ErrorID:`, stands as `code` in `--json`, and is what scripts should look at. `<name>` stands for a value. An error without a code from this page is a fault in the program.',
    '',
  ];
  for (const [code, entry] of codes) {
    lines.push(`## ${code}`, '');
    if (entry.meaning !== undefined) lines.push(plain(entry.meaning), '');
    lines.push(...renderMessages(entry), '');
    lines.push(`From: ${[...entry.rooms].sort().join(', ')}.`, '');
  }
  return lines.join('\n');
}

function renderMessages({ messages }: ErrorEntry): string[] {
  return [...messages]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([message, hints]) => [
      `- \`${message}\``,
      ...[...hints].sort().map((hint) => `  - What to do: ${plain(hint)}`),
    ]);
}

function entryOf(codes: Map<string, ErrorEntry>, code: string, room: string): ErrorEntry {
  const entry = codes.get(code) ?? {
    messages: new Map(),
    meaning: undefined,
    rooms: new Set(),
  };
  entry.rooms.add(room);
  codes.set(code, entry);
  return entry;
}

function readFamilies(source: string, entry: (code: string) => ErrorEntry): void {
  for (const [, body = ''] of source.matchAll(FAMILY)) {
    for (const [, comment, code = ''] of body.matchAll(
      /(?:\/\*\* (.*?) \*\/\s*)?(?:\| )?'([a-z]+(?:-[a-z]+)+)'/g,
    )) {
      const found = entry(code);
      found.meaning ??= comment;
    }
  }
}

/** Reads the calls that make errors; gives those whose code is not there to read. */
function readCalls(source: string, entry: (code: string) => ErrorEntry): string[] {
  const code = withoutComments(source);
  const unclear: string[] = [];
  for (const match of code.matchAll(CALL)) {
    const open = match.index + match[0].length - 1;
    const isMade = /\bnew $/.test(code.slice(0, match.index));
    if (/\bfunction $/.test(code.slice(0, match.index))) continue;
    const [first = '', ...rest] = splitArguments(code.slice(open + 1, findClosing(code, open)));
    const codes = literalsOf(first).filter((text) => CODE.test(text));
    if (codes.length === 0 && isMade && isFamily(match[1] ?? '') && !/(^|\.)code( as \w+)?$/.test(first))
      unclear.push(`${match[1]}(${first.slice(0, 40)})`);
    for (const one of codes) describe(entry(one), match[1] ?? '', rest, code);
  }
  return unclear;
}

function isFamily(name: string): boolean {
  return /^(?:Backup|Format|Database|Destination|Source|Option|Filter|Password|CommandLine)Error$/.test(name);
}

function describe(entry: ErrorEntry, callee: string, rest: readonly string[], source: string): void {
  const [message = '', ...others] = rest;
  const hints = others.flatMap((option) => {
    const hint = /\bhint: ?/.exec(option);
    return hint === null ? [] : hintsOf(option.slice(hint.index + hint[0].length), source);
  });
  for (const text of /^['`"]/.test(message) ? literalsOf(message) : []) {
    const sentence = callee === 'sourceError' ? `Cannot ${text} '<path>': <reason>.` : oneLine(text);
    const known = entry.messages.get(sentence) ?? new Set();
    for (const hint of hints) known.add(oneLine(hint));
    entry.messages.set(sentence, known);
  }
}

/** The texts of a hint: written in place, or a constant of the same file. */
function hintsOf(rest: string, source: string): string[] {
  const [value = ''] = splitArguments(rest.replace(/\}\s*$/, ''));
  if (!/^[A-Z_]+$/.test(value)) return literalsOf(value).filter((text) => text.includes(' '));
  const constant = new RegExp(`const ${value} =\\s*([^;]+);`).exec(source)?.[1] ?? '';
  return literalsOf(constant);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function plain(text: string): string {
  return text.replaceAll('<', '\\<');
}
