/** Says whether a whole path matches. */
export type PathTest = (path: string) => boolean;

/**
 * Compiles a pattern in which `*` stands for any text, separators included, and `?` for one UTF-16 unit (as
 * in Duplicati). The usual shapes, a star at one or both ends, become plain string tests.
 */
export function compileGlob(pattern: string): PathTest {
  const pieces = pattern.split(/\*+/);
  const first = pieces[0] ?? '';
  if (pattern.includes('?')) return compileGeneral(pattern);
  if (pieces.length === 1) return (path) => path === pattern;
  const last = pieces.at(-1) ?? '';
  const inner = pieces.slice(1, -1);
  const [middle] = inner;
  if (middle === undefined) return compileEnds(first, last);
  if (inner.length === 1 && first === '' && last === '') return (path) => path.includes(middle);
  return (path) => matchesPieces(path, first, inner, last);
}

function compileEnds(first: string, last: string): PathTest {
  if (first === '' && last === '') return () => true;
  if (first === '') return (path) => path.endsWith(last);
  if (last === '') return (path) => path.startsWith(first);
  const least = first.length + last.length;
  return (path) => path.length >= least && path.startsWith(first) && path.endsWith(last);
}

/** Each inner piece is looked for at its first possible place, which leaves the most room for those behind it. */
function matchesPieces(path: string, first: string, inner: readonly string[], last: string): boolean {
  if (!path.startsWith(first) || !path.endsWith(last)) return false;
  const end = path.length - last.length;
  let at = first.length;
  for (const piece of inner) {
    const found = path.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= end;
}

const STAR = 42;
const QUESTION_MARK = 63;

/** Walks path and pattern side by side and comes back to the last star when they part; linear but for that. */
function compileGeneral(pattern: string): PathTest {
  return (path) => {
    let at = 0;
    let place = 0;
    let star = -1;
    let retry = 0;
    while (at < path.length) {
      const wanted = pattern.charCodeAt(place);
      if (wanted === STAR) {
        star = place++;
        retry = at;
      } else if (wanted === QUESTION_MARK || wanted === path.charCodeAt(at)) {
        place++;
        at++;
      } else if (star >= 0) {
        place = star + 1;
        at = ++retry;
      } else return false;
    }
    while (pattern.charCodeAt(place) === STAR) place++;
    return place === pattern.length;
  };
}
