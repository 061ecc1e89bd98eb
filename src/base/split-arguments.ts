// A quoted part may stand anywhere in an argument; inside of it, `\"` is a quotation mark. Outside, white
// space separates.
const ARGUMENT = /(?:"(?:\\"|[^"])*"?|[^\s"])+/g;
const QUOTED = /"((?:\\"|[^"])*)"?/g;

/**
 * The arguments in a line of switches, as Duplicati's options hold them: separated by white space, which
 * double quotes protect.
 */
export function splitArguments(line: string): string[] {
  const found = line.match(ARGUMENT) ?? [];
  return found.map((argument) =>
    argument.replaceAll(QUOTED, (_, inside: string) => inside.replaceAll('\\"', '"')),
  );
}
