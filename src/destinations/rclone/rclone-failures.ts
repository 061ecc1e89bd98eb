import { DestinationError, type DestinationErrorCode } from '../destination-error.ts';
import { type HttpResponse, plainWords, readText } from '../support/http/index.ts';

/** What rclone said of a call that it could not do. */
export interface RcloneAnswer {
  readonly status: number;
  /** All of them: what matters may stand behind a long path. */
  readonly words: string;
}

export async function readAnswer(response: HttpResponse): Promise<RcloneAnswer> {
  const text = await readText(response);
  return { status: response.status, words: readError(text) ?? text };
}

/** True where it says that a file or a folder is not there. */
export function isNotThere({ status, words }: RcloneAnswer): boolean {
  return status === 404 || /\b(?:object|directory) not found\b/.test(words);
}

interface Meaning {
  /** Of rclone or of a remote. */
  readonly words: RegExp;
  readonly code: DestinationErrorCode;
  readonly hint?: string;
}

const CHECK_CONFIGURATION = "check its configuration with 'rclone config'";

/** Its remotes speak in their own words, of which these are common. The first that fits counts. */
const MEANINGS: readonly Meaning[] = [
  {
    words: /too many requests|rate ?limit|slow ?down|\b429\b/i,
    code: 'destination-throttled',
  },
  {
    words:
      /no space left|disk space|quota|\b507\b|insufficient[_ ]?(?:space|storage)|disk (?:is )?full|cap[_ ]exceeded/i,
    code: 'destination-full',
  },
  {
    words: /didn't find section/,
    code: 'destination-refused',
    hint: "'rclone listremotes' names the remotes of its configuration; --rclone-config says which configuration that is.",
  },
  {
    words: /didn't find backend/,
    code: 'destination-refused',
    hint: 'This rclone was built without that kind of storage; the one from https://rclone.org has it.',
  },
  {
    words: /read-only|permission denied|name too long|is a (?:file|directory) not a|400 bad request/i,
    code: 'destination-refused',
    hint: 'Check the folder, and what the login of the remote may do there.',
  },
  {
    words:
      /unable to authenticate|authentication fail|unauthori[sz]ed|forbidden|access ?denied|log ?[io]n (?:is )?(?:incorrect|invalid|failed|failure)|login_failure|invalid_(?:grant|client|access_token)|token (?:has |is )?expired|\b(?:401|403|530)\b/i,
    code: 'destination-refused',
    hint: `The remote does not take the login that rclone has for it: ${CHECK_CONFIGURATION}.`,
  },
  {
    words: /load config file/,
    code: 'destination-refused',
    hint: 'The environment variable RCLONE_CONFIG_PASS gives rclone the password of an encrypted configuration.',
  },
  {
    words: /config(?:uration)? file|x509:|\b405\b|not supported/i,
    code: 'destination-refused',
    hint: `Try the same with rclone itself, and ${CHECK_CONFIGURATION}.`,
  },
];

/** Where nothing better is known; it may be over soon. */
const UNKNOWN: Omit<Meaning, 'words'> = { code: 'destination-unreachable' };

export function rcloneFailure(action: string, folder: string, answer: RcloneAnswer): DestinationError {
  const { code, hint } = meaningOf(answer.words);
  const words = plainWords(answer.words, []);
  return new DestinationError(code, `Cannot ${action} in '${folder}': rclone says '${words}'.`, {
    details: { folder, status: answer.status },
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The error for an rclone that ended, with these words, while it was asked for something. */
export function rcloneEnded(words: string, cause: unknown): DestinationError {
  const { code, hint } = meaningOf(words);
  return new DestinationError(code, `rclone gave up: ${words}.`, {
    ...(hint === undefined ? {} : { hint }),
    cause,
  });
}

function meaningOf(words: string): Omit<Meaning, 'words'> {
  return MEANINGS.find((meaning) => meaning.words.test(words)) ?? UNKNOWN;
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
