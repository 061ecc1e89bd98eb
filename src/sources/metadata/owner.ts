import { nativeCalls } from '../../base/native/index.ts';
import type { Owner } from '../../format/index.ts';

/** Owner and permissions with the names that this machine has for the numbers. */
export function readOwner({ uid, gid, mode }: { uid: number; gid: number; mode: number }): Owner {
  const calls = nativeCalls();
  const ownerName = calls?.userName(uid);
  const groupName = calls?.groupName(gid);
  return {
    uid,
    gid,
    permissions: mode & 0o777,
    ...(ownerName === undefined ? undefined : { ownerName }),
    ...(groupName === undefined ? undefined : { groupName }),
  };
}
