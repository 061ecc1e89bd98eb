/** One element of an XML document. Prefixes of names are left out: no protocol spoken here needs them. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, entities decoded. */
  readonly text: string;
}

interface OpenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  readonly texts: string[];
}

const TOKEN =
  /<!\[CDATA\[(?<cdata>.*?)\]\]>|<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^>[]*>|<\/(?<end>[^\s>]+)\s*>|<(?<start>[^\s/>!?]+)(?<attributes>(?:[^>"']|"[^"]*"|'[^']*')*?)(?<empty>\/)?>|(?<text>[^<]+)|(?<stray><)/gs;

/**
 * Reads an XML document and gives its outermost element. Throws a plain `Error` for anything that is not
 * well-formed. Definitions of own entities are not understood, so that no document can grow while it is read.
 */
export function parseXml(document: string): XmlElement {
  const root: OpenElement = { name: '', attributes: {}, children: [], texts: [] };
  const open: OpenElement[] = [root];
  for (const { groups = {} } of document.matchAll(TOKEN)) take(open, groups);
  const [element, ...others] = root.children;
  // Servers that fail in the middle of an answer may end it in order, and write behind it what went wrong.
  const isAlone = others.length === 0 && root.texts.join('').trim() === '';
  if (element === undefined || !isAlone || open.length > 1)
    throw new Error('The XML is not one complete element.');
  return element;
}

/** Every child of that name. */
export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The element at the end of a path of names, each the first of its name; `undefined` where there is none. */
export function descend(element: XmlElement, ...names: readonly string[]): XmlElement | undefined {
  let at: XmlElement | undefined = element;
  for (const name of names) at = at?.children.find((child) => child.name === name);
  return at;
}

/** The text of the element at the end of a path of names. */
export function textOf(element: XmlElement, ...names: readonly string[]): string | undefined {
  return descend(element, ...names)?.text;
}

/** Text as it may stand in an element. */
export function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function take(open: OpenElement[], token: Readonly<Record<string, string | undefined>>): void {
  const { start, attributes = '', end, empty, text, cdata, stray } = token;
  if (stray !== undefined) throw new Error('The XML holds a < that begins nothing.');
  if (start !== undefined)
    open.push({ name: localName(start), attributes: readAttributes(attributes), children: [], texts: [] });
  if (end !== undefined || (start !== undefined && empty !== undefined))
    close(open, localName(start ?? end ?? ''));
  const content = cdata ?? (text === undefined ? undefined : decodeEntities(text));
  if (content !== undefined) open.at(-1)?.texts.push(content);
}

function close(open: OpenElement[], name: string): void {
  const element = open.pop();
  const parent = open.at(-1);
  if (element === undefined || parent === undefined || element.name !== name)
    throw new Error(`The XML closes <${name}> without having opened it.`);
  const { attributes, children, texts } = element;
  parent.children.push({ name, attributes, children, text: texts.join('') });
}

function readAttributes(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
  return Object.fromEntries(
    Array.from(found, ([, name = '', double, single]) => [
      localName(name),
      decodeEntities(double ?? single ?? ''),
    ]),
  );
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
