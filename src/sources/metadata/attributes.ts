import process from 'node:process';
import { FILE_ATTRIBUTES } from '../../base/index.ts';
import { formatFileAttributes } from '../../format/index.ts';
import { type EntryKind, withoutEndSeparator } from '../entry-kind.ts';

/** What the attributes of an entry follow from. */
export interface AttributeFacts {
  /** In carried form: a link that ends in `/` leads to a folder. */
  readonly path: string;
  readonly kind: EntryKind;
  /** Permission bits; for a link those of its target, where there is one. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Who asks: effective user, effective group and further groups. */
export interface Identity {
  readonly uid: number;
  readonly groups: ReadonlySet<number>;
}

/**
 * The .NET file attributes that Duplicati sees on Linux (storage format 3.3). `ReadOnly` looks at the one
 * class of permissions that applies to `identity`, without privilege for root: readable and not writable.
 */
export function attributeBits(facts: AttributeFacts, identity: Identity = ownIdentity()): number {
  const { path, kind, mode } = facts;
  const isFolder = kind === 'folder' || (kind === 'symlink' && path.endsWith('/'));
  const shift = facts.uid === identity.uid ? 6 : identity.groups.has(facts.gid) ? 3 : 0;
  const isReadOnly = ((mode >> shift) & 0o6) === 0o4;
  const bits =
    (isReadOnly ? FILE_ATTRIBUTES.ReadOnly : 0) |
    (isHidden(path) ? FILE_ATTRIBUTES.Hidden : 0) |
    (isFolder ? FILE_ATTRIBUTES.Directory : 0) |
    (kind === 'symlink' ? FILE_ATTRIBUTES.ReparsePoint : 0);
  return bits === 0 ? FILE_ATTRIBUTES.Normal : bits;
}

/** The text of the same; there are few different ones, and every entry needs one. */
export function attributeText(bits: number): string {
  let text = texts.get(bits);
  if (text === undefined) {
    text = formatFileAttributes(bits);
    texts.set(bits, text);
  }
  return text;
}

const texts = new Map<number, string>();

function isHidden(path: string): boolean {
  const name = withoutEndSeparator(path);
  return name.charCodeAt(name.lastIndexOf('/') + 1) === DOT;
}

const DOT = 0x2e;

let identity: Identity | undefined;

/**
 * The process's own identity, which does not change while it runs. Numbers that no account has where the
 * system knows none.
 */
function ownIdentity(): Identity {
  identity ??= {
    uid: process.geteuid?.() ?? -1,
    groups: new Set([process.getegid?.() ?? -1, ...(process.getgroups?.() ?? [])]),
  };
  return identity;
}
