/**
 * Rules of filters that no recorded run shows: groups, exact paths, variables, anchoring. Each case says what
 * it is about.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { compileFilter, type FilterRule, type GroupPlaces } from '../../src/filters/index.ts';

interface Case {
  readonly about: string;
  /** `+` or `-` before each rule. */
  readonly rules: readonly string[];
  readonly included?: readonly string[];
  readonly excluded?: readonly string[];
  readonly platform?: GroupPlaces['platform'];
}

const VARIABLES = { HOME: '/home/me', EMPTY: '', 'A B': 'x' };

const CASES: readonly Case[] = [
  {
    about: 'a group stands for all its rules, and its name is not case-sensitive',
    rules: ['-{systemfiles}'],
    included: ['/home/dev/', '/developer/'],
    excluded: ['/dev/', '/proc/', '/sys/'],
  },
  {
    about: 'several groups in one rule, with any of their separators and aliases',
    rules: ['-{Temp,Caches;sys:OS|apps}'],
    included: ['/home/me/file', '/srv/bin/'],
    excluded: ['/tmp/', '/home/me/.cache/', '/sys/', '/etc/', '/usr/', '/home/me/letter~', '/x/lost+found/'],
  },
  {
    about: 'DefaultExcludes are all five groups, DefaultIncludes and None are nothing',
    rules: ['-{None}', '-{DefaultIncludes}', '-{DefaultExcludes}'],
    included: ['/home/', '/srv/'],
    excluded: ['/proc/', '/boot/', '/tmp/', '/opt/', '/a/.cache/'],
  },
  {
    about: 'an include before a group rescues a folder, because the first rule that matches decides',
    rules: ['+/etc/', '-{OperatingSystem}'],
    included: ['/etc/'],
    excluded: ['/var/'],
  },
  {
    about: 'the folder for temporary files is that of the system, and the cache that of the user',
    rules: ['-{TemporaryFiles}', '-{CacheFiles}'],
    excluded: ['/scratch/', '/big/cache/'],
    included: ['/scratchy/', '/big/'],
  },
  {
    about: 'groups of Windows are in its own paths',
    rules: ['-{DefaultExcludes}'],
    platform: 'windows',
    included: ['C:\\Users\\me\\letter.txt', 'D:\\Windows.txt'],
    excluded: [
      'C:\\Windows\\',
      'D:\\$Recycle.Bin\\',
      'C:\\pagefile.sys',
      'C:\\Program Files\\',
      'C:\\a\\Thumbs.db',
    ],
  },
  {
    about: 'groups of macOS',
    rules: ['-{DefaultExcludes}'],
    platform: 'macos',
    included: ['/Users/me/letter.txt', '/Users/me/Library/Mail/'],
    excluded: [
      '/.Spotlight-V100/',
      '/Users/me/.Trash/',
      '/Users/me/Library/Caches/',
      '/Applications/',
      '/System/',
    ],
  },
  {
    about: '@ takes wildcards and brackets for ordinary characters',
    rules: ['-@/srv/what*?', '-@/srv/[a].txt', '-@/srv/{None}'],
    included: ['/srv/what-else', '/srv/a.txt', '/srv/whatXY'],
    excluded: ['/srv/what*?', '/srv/[a].txt', '/srv/{None}'],
  },
  {
    about: '@ and a plain path mean a folder only with the slash at its end',
    rules: ['-@/srv/a/', '-/srv/b', '-/srv/c/'],
    included: ['/srv/a', '/srv/b/', '/srv/c'],
    excluded: ['/srv/a/', '/srv/b', '/srv/c/'],
  },
  {
    about: 'a variable is replaced wherever it stands, more than once too',
    rules: ['-%HOME%/x', '-/%A B%/%A B%', '-@%HOME%/*', '-[%HOME%/r+]'],
    included: ['/home/me/y', '/home/me/z'],
    excluded: ['/home/me/x', '/x/x', '/home/me/*', '/home/me/rrr'],
  },
  {
    about: 'a variable that is not set stays as it is written, and so does what a shell would replace',
    rules: ['-/%NOT_SET%', '-/$HOME', '-/~'],
    included: ['/home/me', '/'],
    excluded: ['/%NOT_SET%', '/$HOME', '/~'],
  },
  {
    about: 'a rule that comes out empty means nothing',
    rules: ['-%EMPTY%', '-'],
    included: ['/', '/a'],
  },
  {
    about: 'a regular expression must be the whole path, and looks at its case',
    rules: ['-[/a/.*\\.(obj|o)]', '-[b]'],
    included: ['/a/x.O', '/a/x.o.c', '/z/a/x.o', '/b'],
    excluded: ['/a/x.o', '/a/b/c.obj'],
  },
  {
    about:
      'a regular expression takes the first of its alternatives that fits, even where a later one would be the whole path',
    rules: ['-[/a/x\\.(o|obj)]'],
    included: ['/a/x.obj'],
    excluded: ['/a/x.o'],
  },
  {
    about: 'stars match slashes and nothing; a question mark matches one character',
    rules: ['-/a*/z', '-/q/??'],
    included: ['/a/zz', '/q/a', '/q/abc'],
    excluded: ['/a/z', '/a/b/c/z', '/abc/z', '/q/ab'],
  },
  {
    about: 'where only includes stand, what none names is left out',
    rules: ['+*.txt', '+/keep/*'],
    included: ['/a/b.txt', '/keep/x'],
    excluded: ['/a/b.doc', '/keep'],
  },
  {
    about: 'where an exclude stands too, what none names is stored',
    rules: ['+*.txt', '-/a/*'],
    included: ['/a/b.txt', '/z/b.doc'],
    excluded: ['/a/b.doc'],
  },
];

function toRule(text: string): FilterRule {
  return { kind: text.startsWith('+') ? 'include' : 'exclude', expression: text.slice(1) };
}

for (const { about, rules, included = [], excluded = [], platform = 'linux' } of CASES) {
  test(`compileFilter(): ${about}`, () => {
    const filter = compileFilter(rules.map(toRule), {
      places: { platform, temporaryFolder: '/scratch', cacheHome: '/big/cache' },
      isCaseSensitive: true,
      variables: VARIABLES,
    });
    for (const path of included) assert.equal(filter.decide(path).isIncluded, true, path);
    for (const path of excluded) assert.equal(filter.decide(path).isIncluded, false, path);
  });
}
