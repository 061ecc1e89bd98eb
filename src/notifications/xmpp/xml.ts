/** One element of a stream, with what stands in it. */
export interface XmlElement {
  /** With its prefix, where it has one. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children. */
  readonly text: string;
}

const OPEN = /<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/y;
const CLOSE = /<\/([\w:.-]+)\s*>/y;
const TEXT = /[^<]+/y;
const PREAMBLE = /^\s*(?:<\?xml[^>]*\?>\s*)?<stream:stream\b[^>]*>/;

/** The text behind the beginning of a stream; `undefined` until all of that has come. */
export function skipPreamble(text: string): string | undefined {
  const match = PREAMBLE.exec(text);
  return match === null ? undefined : text.slice(match[0].length);
}

/**
 * The first element of a text and what is behind it; `undefined` until all of it has come. Of XML, what XMPP
 * allows. (RFC 6120, 11.)
 */
export function takeElement(
  text: string,
): { readonly element: XmlElement; readonly rest: string } | undefined {
  const start = /^\s*/.exec(text)?.[0].length ?? 0;
  const taken = readElement(text, start);
  return taken === undefined ? undefined : { element: taken.element, rest: text.slice(taken.end) };
}

interface Taken {
  readonly element: XmlElement;
  readonly end: number;
}

function readElement(text: string, start: number): Taken | undefined {
  const open = matchAt(OPEN, text, start);
  if (open === null) return undefined;
  const [all, name = '', attributes = '', slash] = open;
  const children: XmlElement[] = [];
  const words: string[] = [];
  const finish = (end: number): Taken => ({
    element: { name, attributes: readAttributes(attributes), children, text: decode(words.join('')) },
    end,
  });
  let at = start + all.length;
  if (slash === '/') return finish(at);
  for (;;) {
    const close = matchAt(CLOSE, text, at);
    if (close !== null) return close[1] === name ? finish(at + close[0].length) : undefined;
    const found = matchAt(TEXT, text, at);
    if (found !== null) {
      words.push(found[0]);
      at += found[0].length;
      continue;
    }
    const child = readElement(text, at);
    if (child === undefined) return undefined;
    children.push(child.element);
    at = child.end;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const pairs = text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return new Map([...pairs].map(([, name = '', double, single]) => [name, decode(double ?? single ?? '')]));
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** A text as it may stand between tags and in attributes. Control characters, which XML cannot hold, are left out. */
export function encodeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll("'", '&apos;')
    .replaceAll('"', '&quot;');
}
