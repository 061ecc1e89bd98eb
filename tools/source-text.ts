/** Reading TypeScript as text, as far as the tools need it: where a call ends, and which texts stand in it. */

/** A string or template in a source, with its values shown as `<name>`. */
export interface TextLiteral {
  readonly text: string;
  /** The place after its last quote. */
  readonly end: number;
}

/** The literal that begins at `at`, or `undefined` where there is none. */
export function readLiteral(source: string, at: number): TextLiteral | undefined {
  const quote = source[at];
  if (quote !== "'" && quote !== '"' && quote !== '`') return undefined;
  let text = '';
  for (let place = at + 1; place < source.length; ) {
    const character = source[place] ?? '';
    if (character === quote) return { text, end: place + 1 };
    if (character === '\\') {
      text += source[place + 1] ?? '';
      place += 2;
    } else if (quote === '`' && source.startsWith('${', place)) {
      const end = findClosing(source, place + 1);
      text += nameOf(source.slice(place + 2, end));
      place = end + 1;
    } else {
      text += character;
      place++;
    }
  }
  return undefined;
}

/** The place of the bracket that closes the one at `open`. */
export function findClosing(source: string, open: number): number {
  let depth = 0;
  for (let place = open; place < source.length; ) {
    const literal = readLiteral(source, place);
    if (literal !== undefined) {
      place = literal.end;
      continue;
    }
    const character = source[place] ?? '';
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character) && --depth === 0) return place;
    place++;
  }
  return source.length;
}

/** Cuts the inside of brackets at its commas. */
export function splitArguments(inside: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let place = 0; place < inside.length; ) {
    const character = inside[place] ?? '';
    const literal = readLiteral(inside, place);
    if (literal !== undefined) place = literal.end;
    else if ('([{'.includes(character)) place = findClosing(inside, place) + 1;
    else {
      if (character === ',') {
        parts.push(inside.slice(start, place).trim());
        start = place + 1;
      }
      place++;
    }
  }
  parts.push(inside.slice(start).trim());
  return parts.filter((part) => part !== '');
}

/** All literals of an expression, such as both sides of a choice. */
export function literalsOf(expression: string): string[] {
  const texts: string[] = [];
  for (let place = 0; place < expression.length; ) {
    const literal = readLiteral(expression, place);
    if (literal !== undefined) texts.push(literal.text);
    place = literal?.end ?? place + 1;
  }
  return texts;
}

/** A source without its comments, every other character in its place. */
export function withoutComments(source: string): string {
  let result = '';
  for (let place = 0; place < source.length; ) {
    const literal = readLiteral(source, place);
    const comment =
      literal === undefined
        ? /^(?:\/\/.*|\/\*[\s\S]*?\*\/)/.exec(source.slice(place, place + 4000))?.[0]
        : undefined;
    const taken = literal === undefined ? (comment?.length ?? 1) : literal.end - place;
    const piece = source.slice(place, place + taken);
    result += comment === undefined ? piece : piece.replaceAll(/[^\n]/g, ' ');
    place += taken;
  }
  return result;
}

/** What a value in a template is called in the page: the last name of it, or three dots; an amount has its noun. */
function nameOf(expression: string): string {
  const inner = expression.trim();
  if (inner.startsWith('errorMessage(')) return '<reason>';
  if (inner.startsWith('counted(')) return nameOfAmount(splitArguments(inner.slice('counted('.length, -1)));
  const name = /^[\w.?]*?(\w+)(?:\(\))?$/.exec(inner)?.[1];
  return name === undefined || /^\d+$/.test(name) ? '<...>' : `<${name}>`;
}

function nameOfAmount([count = '', singular = '', plural]: readonly string[]): string {
  const noun = readLiteral(plural ?? singular, 0)?.text ?? '';
  return `${nameOf(count)} ${plural === undefined ? `${noun}s` : noun}`;
}
