/**
 * Translates the regular expressions of .NET, in which filters are written, into those of JavaScript. Covered
 * is what the two spell differently in practice: inline flags, atomic groups, `\A \z \Z`, Unicode meaning of
 * `\d \w \b`, quoted group names, class subtraction, literal braces and brackets. Filters run with explicit
 * capture (plain parentheses only group) and single-line mode (a point also matches a line break).
 */
export class UntranslatableRegex extends Error {}

const WORD = '[\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}]';
const BOUNDARY = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
const NO_BOUNDARY = `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`;
const BEFORE_LAST_LINE_BREAK = '(?=\\n?(?![\\s\\S]))';

/** Escapes outside classes that have another spelling. */
const ANCHORS: Readonly<Record<string, string>> = {
  A: '(?<![\\s\\S])',
  G: '(?<![\\s\\S])',
  z: '(?![\\s\\S])',
  Z: BEFORE_LAST_LINE_BREAK,
  b: BOUNDARY,
  B: NO_BOUNDARY,
};

/** Escapes that mean a set, in and outside classes. */
const SETS: Readonly<Record<string, string>> = {
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  w: WORD,
  W: '[^\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}]',
  s: '\\s',
  S: '\\S',
};

const CONTROLS: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9, v: 11 };
const QUANTIFIER = /^\{\d+(?:,\d*)?\}/;

/**
 * The source for `new RegExp(source, 'v')` (with `s` and, for case-insensitive matching, `i`). Throws
 * `UntranslatableRegex`.
 */
export function translateRegex(pattern: string): string {
  return new Translation(pattern).run();
}

/**
 * One open parenthesis: how many inline flag groups were opened inside it, and whether `^` and `$` mean lines
 * there.
 */
interface Group {
  flags: string[];
  isMultiline: boolean;
  readonly closing: string;
}

class Translation {
  readonly #pattern: string;
  readonly #names: string[] = [];
  readonly #groups: Group[] = [{ flags: [], isMultiline: false, closing: '' }];
  #at = 0;
  #atomicCount = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
    for (const match of pattern.matchAll(/\(\?(?:<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/g))
      this.#names.push(match[1] ?? match[2] ?? '');
  }

  run(): string {
    let result = '';
    while (this.#at < this.#pattern.length) result += this.#next();
    if (this.#groups.length !== 1) throw new UntranslatableRegex('a parenthesis is not closed');
    return result + ')'.repeat(this.#group().flags.length);
  }

  #next(): string {
    const character = this.#take();
    switch (character) {
      case '\\':
        return this.#escape();
      case '[':
        return this.#class();
      case '(':
        return this.#open();
      case ')':
        return this.#close();
      case '|':
        return this.#alternative();
      case '^':
        return this.#group().isMultiline ? '(?<=(?<![\\s\\S])|\\n)' : '(?<![\\s\\S])';
      case '$':
        return this.#group().isMultiline ? '(?=(?![\\s\\S])|\\n)' : BEFORE_LAST_LINE_BREAK;
      case '{':
        return this.#brace();
      case '.':
      case '*':
      case '+':
      case '?':
        return character;
      default:
        return literal(character.codePointAt(0) ?? 0);
    }
  }

  #take(): string {
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }

  #rest(): string {
    return this.#pattern.slice(this.#at);
  }

  /** Takes what the expression matches at this place. */
  #takeMatch(expression: RegExp): RegExpExecArray | undefined {
    const match = expression.exec(this.#rest());
    if (match === null || match.index !== 0) return undefined;
    this.#at += match[0].length;
    return match;
  }

  #group(): Group {
    const group = this.#groups.at(-1);
    if (group === undefined) throw new UntranslatableRegex('a parenthesis is closed that was not opened');
    return group;
  }

  #brace(): string {
    const quantifier = QUANTIFIER.exec(`{${this.#rest()}`);
    if (quantifier === null) return literal(0x7b);
    this.#at += quantifier[0].length - 1;
    return quantifier[0];
  }

  #alternative(): string {
    // Inline flags go on in the alternatives behind them, but a flag group cannot span one.
    const { flags } = this.#group();
    return `${')'.repeat(flags.length)}|${flags.join('')}`;
  }

  #open(): string {
    if (this.#takeMatch(/^\?#[^)]*\)/) !== undefined) return '';
    const inline = this.#takeMatch(/^\?([imnsx]*)(?:-([imnsx]*))?([:)])/);
    if (inline !== undefined) return this.#openFlags(inline);
    const isMultiline = this.#group().isMultiline;
    const named = this.#takeMatch(/^\?(?:<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/);
    if (named !== undefined) {
      this.#groups.push({ flags: [], isMultiline, closing: ')' });
      return `(?<${named[1] ?? named[2] ?? ''}>`;
    }
    if (this.#takeMatch(/^\?>/) !== undefined) {
      const name = `atomic${++this.#atomicCount}`;
      this.#groups.push({ flags: [], isMultiline, closing: `))\\k<${name}>)` });
      return `(?:(?=(?<${name}>`;
    }
    const look = this.#takeMatch(/^\?(?:<?[=!])/);
    if (look === undefined && this.#rest().startsWith('?'))
      throw new UntranslatableRegex(`'(${this.#rest().slice(0, 3)}' is not known`);
    this.#groups.push({ flags: [], isMultiline, closing: ')' });
    return `(${look?.[0] ?? '?:'}`;
  }

  #openFlags([, on = '', off = '', end = '']: RegExpExecArray): string {
    if (on.includes('x')) throw new UntranslatableRegex("the flag 'x' is not known");
    const outer = this.#group();
    const isMultiline = on.includes('m') || (outer.isMultiline && !off.includes('m'));
    const added = on.replace(/[^is]/g, '');
    const removed = off.replace(/[^is]/g, '');
    const opening = `(?${added}${removed === '' ? '' : `-${removed}`}:`;
    if (end === ':') {
      this.#groups.push({ flags: [], isMultiline, closing: ')' });
      return opening;
    }
    outer.isMultiline = isMultiline;
    outer.flags.push(opening);
    return opening;
  }

  #close(): string {
    const group = this.#groups.pop();
    if (group === undefined || this.#groups.length === 0)
      throw new UntranslatableRegex('a parenthesis is closed that was not opened');
    return ')'.repeat(group.flags.length) + group.closing;
  }

  #escape(): string {
    const reference = this.#takeMatch(/^(?:k<(\w+)>|k'(\w+)'|([1-9]\d*))/);
    if (reference !== undefined) return this.#reference(reference[1] ?? reference[2] ?? reference[3] ?? '');
    const anchor = ANCHORS[this.#rest()[0] ?? ''];
    if (anchor !== undefined) {
      this.#at++;
      return anchor;
    }
    return this.#set() ?? literal(this.#character());
  }

  #reference(name: string): string {
    const target = /^\d+$/.test(name) ? this.#names[Number(name) - 1] : name;
    if (target === undefined || !this.#names.includes(target))
      throw new UntranslatableRegex(`there is no group '${name}' (plain parentheses only group)`);
    return `\\k<${target}>`;
  }

  /** A set such as `\w` or `\p{Lu}` behind a backslash. */
  #set(): string | undefined {
    const property = this.#takeMatch(/^([pP])\{(\w+)\}/);
    if (property !== undefined) return `\\${property[1]}{${property[2]}}`;
    const set = SETS[this.#rest()[0] ?? ''];
    if (set !== undefined) this.#at++;
    return set;
  }

  /** The code of one escaped character behind a backslash. */
  #character(): number {
    const numbered = this.#takeMatch(/^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|c([A-Za-z])|(0[0-7]{0,2}))/);
    if (numbered !== undefined) {
      const [, short, long, control, octal] = numbered;
      if (control !== undefined) return control.toUpperCase().charCodeAt(0) - 64;
      return octal === undefined ? Number.parseInt(short ?? long ?? '', 16) : Number.parseInt(octal, 8);
    }
    if (this.#rest() === '') throw new UntranslatableRegex('it ends in a backslash');
    const character = this.#take();
    const control = CONTROLS[character];
    if (control === undefined && /[A-Za-z0-9]/.test(character))
      throw new UntranslatableRegex(`'\\${character}' is not known`);
    return control ?? character.codePointAt(0) ?? 0;
  }

  /** A class in brackets; the opening bracket is taken already. */
  #class(): string {
    const isNegated = this.#takeMatch(/^\^/) !== undefined;
    let content = '';
    let subtracted = '';
    let isFirst = true;
    while (isFirst || !this.#rest().startsWith(']')) {
      if (this.#rest() === '') throw new UntranslatableRegex('a bracket is not closed');
      if (!isFirst && this.#takeMatch(/^-\[/) !== undefined) {
        subtracted = `--${this.#class()}`;
      } else content += this.#classPart();
      isFirst = false;
    }
    this.#at++;
    const set = `[${isNegated ? '^' : ''}${content}]`;
    return subtracted === '' ? set : `[${set}${subtracted}]`;
  }

  #classPart(): string {
    const posix = this.#takeMatch(/^\[:\w+:\]/);
    if (posix !== undefined) throw new UntranslatableRegex(`'${posix[0]}' is not known`);
    const start = this.#classAtom();
    const isRange =
      typeof start === 'number' && /^-(?![\]])/.test(this.#rest()) && !this.#rest().startsWith('-[');
    if (!isRange) return typeof start === 'number' ? literal(start) : start;
    this.#at++;
    const end = this.#classAtom();
    if (typeof end !== 'number') return `${literal(start)}${literal(0x2d)}${end}`;
    if (end < start) throw new UntranslatableRegex('a range in brackets is in reverse order');
    return `${literal(start)}-${literal(end)}`;
  }

  #classAtom(): number | string {
    const character = this.#take();
    if (character !== '\\') return character.codePointAt(0) ?? 0;
    if (this.#takeMatch(/^b/) !== undefined) return 8;
    return this.#set() ?? this.#character();
  }
}

/** A character spelt so that it means itself everywhere in a pattern with the flag `v`. */
function literal(code: number): string {
  const isPlain =
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  return isPlain ? String.fromCharCode(code) : `\\u{${code.toString(16)}}`;
}
