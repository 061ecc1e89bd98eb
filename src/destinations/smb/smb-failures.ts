import { type Attempt, failureOf, MEANINGS, type Meaning } from '../support/attempt.ts';

/** [MS-ERREF] 2.3.1, as far as they mean something here. */
export const STATUS = {
  noMoreFiles: 0x80000006,
  noSuchFile: 0xc000000f,
  endOfFile: 0xc0000011,
  moreProcessing: 0xc0000016,
  accessDenied: 0xc0000022,
  nameInvalid: 0xc0000033,
  nameNotFound: 0xc0000034,
  nameCollision: 0xc0000035,
  pathNotFound: 0xc000003a,
  sharingViolation: 0xc0000043,
  quotaExceeded: 0xc0000044,
  deletePending: 0xc0000056,
  logonFailure: 0xc000006d,
  diskFull: 0xc000007f,
  writeProtected: 0xc00000a2,
  isFolder: 0xc00000ba,
  badShare: 0xc00000cc,
  notAFolder: 0xc0000103,
  accountLocked: 0xc0000234,
} as const;

const WORDS: Readonly<Record<number, string>> = {
  [STATUS.accessDenied]: 'access is denied',
  [STATUS.nameInvalid]: 'the server cannot hold such a name',
  [STATUS.sharingViolation]: 'somebody else has the file open',
  [STATUS.deletePending]: 'the file is about to be deleted',
  [STATUS.logonFailure]: 'wrong user or password',
  [STATUS.isFolder]: 'a folder has that name',
  [STATUS.badShare]: 'there is no such share',
  [STATUS.notAFolder]: 'this is a file, not a folder',
  [STATUS.accountLocked]: 'the account is locked',
};

export function nameOfStatus(status: number): string {
  return WORDS[status] ?? `the server answered with status 0x${status.toString(16)}`;
}

/** What a refused request means. `hasFolder` is asked where a missing folder would give the same answer. */
export async function smbFailure(
  attempt: Attempt,
  status: number,
  hasFolder: () => Promise<boolean>,
): Promise<Error> {
  if (status === STATUS.nameNotFound || status === STATUS.noSuchFile || status === STATUS.pathNotFound)
    return failureOf(attempt, await meaningOfAbsence(attempt, hasFolder));
  return failureOf(
    attempt,
    KNOWN[status] ?? { code: 'destination-unreachable', because: nameOfStatus(status) },
  );
}

async function meaningOfAbsence({ seeksFile }: Attempt, hasFolder: () => Promise<boolean>): Promise<Meaning> {
  if (!(await hasFolder())) return MEANINGS.folderMissing;
  return seeksFile === true ? MEANINGS.fileMissing : MEANINGS.vanished;
}

const refused = (status: number): Meaning => ({ code: 'destination-refused', because: nameOfStatus(status) });

const KNOWN: Readonly<Record<number, Meaning>> = {
  [STATUS.accessDenied]: MEANINGS.noPermission,
  [STATUS.nameInvalid]: refused(STATUS.nameInvalid),
  [STATUS.nameCollision]: MEANINGS.fileExists,
  [STATUS.quotaExceeded]: { ...MEANINGS.full, because: 'the quota is used up' },
  [STATUS.diskFull]: MEANINGS.full,
  [STATUS.writeProtected]: MEANINGS.readOnly,
  [STATUS.isFolder]: refused(STATUS.isFolder),
  [STATUS.notAFolder]: refused(STATUS.notAFolder),
};
