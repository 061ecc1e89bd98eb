/** Room for `(12/34)` and a line break before a part. */
const NUMBER_CHARACTERS = 16;

/**
 * A text in parts of at most `longest` characters, numbered where there are several, broken at ends of lines
 * where that is possible.
 */
export function splitMessage(text: string, longest: number): readonly string[] {
  if (text.length <= longest) return [text];
  const parts: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const end = findEnd(rest, longest - NUMBER_CHARACTERS);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return parts.map((part, index) => `(${index + 1}/${parts.length})\n${part}`);
}

function findEnd(text: string, room: number): number {
  if (text.length <= room) return text.length;
  const lineEnd = text.lastIndexOf('\n', room - 1) + 1;
  if (lineEnd > room / 2) return lineEnd;
  // Not between the halves of a character beyond the first 65536.
  const isHalf = /[\uD800-\uDBFF]/.test(text.charAt(room - 1));
  return isHalf ? room - 1 : room;
}
