import { spawnSync } from 'node:child_process';

/** What tools that are not ours say of a tree, one text a question. */
export interface TreeDescription {
  /** Kind, mode, owner, names of the same file, time to 100 ns, path and link target of every entry. */
  readonly entries: string;
  /** Sizes of files and the space that sparse ones take. */
  readonly sizes: string;
  readonly acls: string;
  readonly capabilities: string;
  readonly xattrs: string;
  readonly flags: string;
  /** Which names belong to one file. */
  readonly names: string;
}

/** Ten digits and seven of the fraction: what a backup keeps of a time. */
const SHORTEN_TIMES = 's/(\\.[0-9]{7})[0-9]*/\\1/';

/** Where a file lies that is mostly a hole, takes some pages more or less. */
const BEYOND = `find sparse -name beyond-4-gib -printf '%b\\n' | awk '{ print ($1 < 100 ? "sparse" : "full") }'`;

const QUESTIONS: Readonly<Record<keyof TreeDescription, string>> = {
  entries: `find . -printf '%y %m %U:%G %n %T@ %p -> %l\\0' | sed -zE '${SHORTEN_TIMES}' | sort -z | tr '\\0' '\\n'`,
  sizes: `(find . -type f -printf '%s %p\\0'; find sparse -type f -not -name zeros -not -name beyond-4-gib -printf '%b %p\\0'; ${BEYOND}) | sort -z | tr '\\0' '\\n'`,
  acls: 'getfacl -R -P -n attributes plain modes',
  capabilities: 'getcap -r attributes | sort',
  xattrs: 'getfattr -h -d -m - -R -P attributes links special',
  flags: 'lsattr -d attributes/* | sort -k2',
  names: `find . -links +1 -not -type d -printf '%i %p\\n' | sort | awk '{ list[$1] = list[$1] " " $2 } END { for (i in list) print list[i] }' | sort`,
};

/** Describes a tree that `everything-tree.sh` built, or a copy of it. A tool that is missing answers nothing. */
export function describeTree(folder: string): TreeDescription {
  const ask = (question: string): string => {
    const { stdout } = spawnSync('bash', ['-c', question], {
      cwd: folder,
      encoding: 'latin1',
      maxBuffer: 1 << 28,
      env: { ...process.env, LC_ALL: 'C' },
    });
    return stdout;
  };
  return {
    entries: ask(QUESTIONS.entries),
    sizes: ask(QUESTIONS.sizes),
    acls: ask(QUESTIONS.acls),
    capabilities: ask(QUESTIONS.capabilities),
    xattrs: ask(QUESTIONS.xattrs),
    flags: ask(QUESTIONS.flags),
    names: ask(QUESTIONS.names),
  };
}

/** What rsync would change to make `copy` equal `original`, one line a difference. `undefined`: no rsync. */
export function rsyncDifferences(original: string, copy: string): readonly string[] | undefined {
  const { status, stdout, error } = spawnSync(
    'rsync',
    ['-aHAXSn', '--delete', '--itemize-changes', '--exclude=/long', `${original}/`, `${copy}/`],
    { encoding: 'latin1', maxBuffer: 1 << 28 },
  );
  if (error !== undefined) return undefined;
  return status === 0 ? stdout.split('\n').filter((line) => line !== '') : [`rsync failed: ${status}`];
}
