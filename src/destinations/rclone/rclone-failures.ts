import { DestinationError, type DestinationErrorCode } from '../destination-error.ts';
import { type HttpResponse, plainWords, readText } from '../support/http/index.ts';

/** What rclone said of a call that it could not do. */
export interface RcloneAnswer {
  readonly status: number;
  readonly words: string;
}

export async function readAnswer(response: HttpResponse): Promise<RcloneAnswer> {
  const text = await readText(response);
  return { status: response.status, words: plainWords(readError(text) ?? text, []) };
}

/** True where it says that a file or a folder is not there. */
export function isNotThere({ status, words }: RcloneAnswer): boolean {
  return status === 404 || /\b(?:object|directory) not found\b/.test(words);
}

/** Its remotes speak in their own words, of which these are common. */
const MEANINGS: readonly [words: RegExp, code: DestinationErrorCode][] = [
  [/no space left|quota|\b507\b|insufficient (?:space|storage)|disk full/i, 'destination-full'],
  [/too many requests|rate ?limit|slow ?down|\b429\b/i, 'destination-throttled'],
  [
    /didn't find (?:section|backend)|config(?:uration)? file|permission denied|access denied|read-only|unauthori[sz]ed|forbidden|x509:|name too long|\b40[135]\b|not supported|unable to authenticate/i,
    'destination-refused',
  ],
];

export function rcloneFailure(action: string, folder: string, answer: RcloneAnswer): DestinationError {
  const code = MEANINGS.find(([words]) => words.test(answer.words))?.[1] ?? 'destination-unreachable';
  return new DestinationError(code, `Cannot ${action} in '${folder}': rclone says '${answer.words}'.`, {
    details: { folder, status: answer.status },
    ...(code === 'destination-refused' ? { hint: hintFor(answer.words) } : {}),
  });
}

function hintFor(words: string): string {
  return /didn't find backend/.test(words)
    ? 'This rclone was built without that kind of storage; the one from https://rclone.org has it.'
    : "Try the same with rclone itself, and check its configuration with 'rclone config'.";
}

function readError(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null || !('error' in answer)) return undefined;
    return String(answer.error);
  } catch {
    return undefined;
  }
}
