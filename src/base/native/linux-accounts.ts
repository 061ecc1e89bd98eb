import { constants } from 'node:os';
import type { NativeCalls } from './native-calls.ts';
import { type CLibrary, cString } from './system-call.ts';

type AccountCalls = Pick<NativeCalls, 'userName' | 'groupName' | 'userId' | 'groupId'>;

/** What is used of C's `passwd` and `group`. */
interface Account {
  name?: string;
  id?: number;
}

type Lookup<Key> = (key: Key, account: Account, text: Buffer, sizeBytes: number, found: [unknown]) => number;

/** Room for the texts of one account. A group's members can be many: it grows as needed, up to the second number. */
const FIRST_BYTES = 16_384;
const LARGEST_BYTES = 64 * 1024 * 1024;

/** Accounts through the C library, so that those of LDAP and the like are found too. */
export function openAccounts({ koffi, functions }: CLibrary): AccountCalls {
  const passwd = koffi.struct({
    name: 'str',
    password: 'void *',
    id: 'uint',
    gid: 'uint',
    comment: 'void *',
    folder: 'void *',
    shell: 'void *',
  });
  const group = koffi.struct({ name: 'str', password: 'void *', id: 'uint', members: 'void *' });
  const lookup = (name: string, key: 'uint' | 'const char *', account: typeof passwd) =>
    functions.func(name, 'int', [
      key,
      koffi.out(koffi.pointer(account)),
      'void *',
      'ulong',
      koffi.out(koffi.pointer('void *')),
    ]);
  const getpwuid: Lookup<number> = lookup('getpwuid_r', 'uint', passwd);
  const getgrgid: Lookup<number> = lookup('getgrgid_r', 'uint', group);
  const getpwnam: Lookup<string> = lookup('getpwnam_r', 'const char *', passwd);
  const getgrnam: Lookup<string> = lookup('getgrnam_r', 'const char *', group);

  return {
    userName: remembered((uid) => findAccount(getpwuid, uid)?.name),
    groupName: remembered((gid) => findAccount(getgrgid, gid)?.name),
    userId: remembered((name) => findAccount(getpwnam, checked(name))?.id),
    groupId: remembered((name) => findAccount(getgrnam, checked(name))?.id),
  };
}

/**
 * `undefined` also where the source of accounts does not answer: a name is a help, and its absence no reason
 * to fail.
 */
function findAccount<Key>(lookup: Lookup<Key>, key: Key): Account | undefined {
  for (let sizeBytes = FIRST_BYTES; sizeBytes <= LARGEST_BYTES; sizeBytes *= 8) {
    const account: Account = {};
    const found: [unknown] = [null];
    const errno = lookup(key, account, Buffer.allocUnsafe(sizeBytes), sizeBytes, found);
    if (errno === constants.errno.ERANGE) continue;
    return errno === 0 && found[0] !== null ? account : undefined;
  }
  return undefined;
}

function checked(name: string): string {
  cString(name);
  return name;
}

function remembered<Key, Value>(find: (key: Key) => Value | undefined): (key: Key) => Value | undefined {
  const answers = new Map<Key, Value | undefined>();
  return (key) => {
    if (answers.has(key)) return answers.get(key);
    const answer = find(key);
    answers.set(key, answer);
    return answer;
  };
}
