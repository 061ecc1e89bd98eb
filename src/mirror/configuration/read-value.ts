import { posix } from 'node:path';
import { Cron } from 'croner';
import { parseSize, UnacceptedValue } from '../../options/index.ts';
import type { Dump, FieldDeclaration, FieldValue } from './field.ts';

/**
 * A JSON value, or the text of a word, as the value of a field. Throws `UnacceptedValue`, which says what
 * would be accepted.
 */
export function readValue(field: FieldDeclaration, given: unknown): FieldValue {
  switch (field.type) {
    case 'integer':
      return readInteger(field, given);
    case 'flag':
      return readFlag(given);
    case 'size':
      return typeof given === 'number' && Number.isSafeInteger(given) && given >= 0
        ? given
        : parseSize(asText(given), 'b');
    case 'time':
      return readTime(given);
    case 'list':
      return asList(given).map(asText);
    case 'paths':
      return asList(given).map(readInclude);
    case 'dumps':
      return asList(given).map(readDump);
    default:
      return readText(field, asText(given));
  }
}

function readText(field: FieldDeclaration, text: string): string {
  switch (field.type) {
    case 'host':
      return matching(text, /^[A-Za-z0-9_:][A-Za-z0-9._:%-]*$/, 'a host name or an address');
    case 'user':
      return matching(text, /^[A-Za-z0-9_][A-Za-z0-9._@\\+-]*\$?$/, 'the name of an account');
    case 'path':
      return readLocalPath(text);
    case 'choice':
      if (field.choices?.includes(text) === true) return text;
      throw new UnacceptedValue(`one of ${field.choices?.join(', ') ?? ''}`);
    case 'cron':
      return readCron(text);
    case 'zone':
      return readZone(text);
    default:
      return field.name === 'jump' ? matching(text, JUMPS, 'user@host:port, several with commas') : text;
  }
}

const JUMPS = /^[A-Za-z0-9_][A-Za-z0-9._@:[\]%+-]*(?:,[A-Za-z0-9_][A-Za-z0-9._@:[\]%+-]*)*$/;

function readInteger({ minimum = 0, maximum }: FieldDeclaration, given: unknown): number {
  const number = typeof given === 'number' ? given : /^\d+$/.test(asText(given)) ? Number(given) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= minimum && number <= (maximum ?? number)) return number;
  throw new UnacceptedValue(`a whole number from ${minimum}${maximum === undefined ? '' : ` to ${maximum}`}`);
}

function readFlag(given: unknown): boolean {
  if (typeof given === 'boolean') return given;
  if (/^(true|yes|on|1)$/i.test(asText(given))) return true;
  if (/^(false|no|off|0)$/i.test(asText(given))) return false;
  throw new UnacceptedValue('true or false');
}

function readTime(given: unknown): number {
  if (typeof given === 'number' && Number.isSafeInteger(given)) return given;
  const time = Date.parse(asText(given));
  if (Number.isNaN(time)) throw new UnacceptedValue('a time such as 2026-12-01 or 2026-12-01T08:00Z');
  return time;
}

function readLocalPath(text: string): string {
  if (text.startsWith('/') && !/[\0\n"]|\$\{/.test(text)) return posix.normalize(text);
  throw new UnacceptedValue('an absolute path without line breaks and double quotes');
}

/** A path on the server, without `.` and `..`. */
function readInclude(given: unknown): string {
  const text = asText(given);
  if (text === '' || text.includes('\0')) throw new UnacceptedValue('a path');
  const path = posix.normalize(text.replace(/^~(?=\/|$)/, '.'));
  if (path === '..' || path.startsWith('../'))
    throw new UnacceptedValue('a path that does not lead above the home');
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function readDump(given: unknown): Dump {
  const { name, command } = typeof given === 'string' ? splitDump(given) : asDump(given);
  if (!/^[^/\0]+$/.test(name) || name === '.' || name === '..' || command.trim() === '')
    throw new UnacceptedValue('name:command, whose name is that of a file');
  return { name, command };
}

function splitDump(text: string): Dump {
  const colon = text.indexOf(':');
  return colon < 0
    ? { name: '', command: '' }
    : { name: text.slice(0, colon), command: text.slice(colon + 1) };
}

function asDump(given: unknown): Dump {
  if (typeof given !== 'object' || given === null || !('name' in given) || !('command' in given))
    throw new UnacceptedValue('an object with name and command');
  return { name: asText(given.name), command: asText(given.command) };
}

function readCron(text: string): string {
  try {
    new Cron(text, { paused: true, mode: '5-part' }).stop();
  } catch {
    throw new UnacceptedValue('a cron expression of five parts, such as 0 3 * * *');
  }
  return text;
}

function readZone(text: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
  } catch {
    throw new UnacceptedValue('a time zone such as Europe/Zurich');
  }
  return text;
}

function matching(text: string, pattern: RegExp, accepted: string): string {
  if (pattern.test(text)) return text;
  throw new UnacceptedValue(accepted);
}

function asText(given: unknown): string {
  if (typeof given === 'string' && !given.includes('\0')) return given;
  if (typeof given === 'number') return `${given}`;
  throw new UnacceptedValue('text');
}

function asList(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [given];
}
