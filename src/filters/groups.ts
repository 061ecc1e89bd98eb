import { FilterError } from './errors.ts';

/** The places that a group of filters depends on. */
export interface GroupPlaces {
  readonly platform: 'linux' | 'macos' | 'windows';
  /** Folder for temporary files, with or without a separator at its end. */
  readonly temporaryFolder?: string;
  /** `XDG_CACHE_HOME`. */
  readonly cacheHome?: string;
  /** `SystemRoot` (Windows). */
  readonly systemRoot?: string;
}

type GroupName = 'SystemFiles' | 'OperatingSystem' | 'CacheFiles' | 'TemporaryFiles' | 'Applications';

const ALL_GROUPS = [
  'SystemFiles',
  'OperatingSystem',
  'CacheFiles',
  'TemporaryFiles',
  'Applications',
] as const;

/** Every name of a group, in lower case. (Names: Duplicati's filter groups.) */
const NAMES: Readonly<Record<string, readonly GroupName[]>> = {
  none: [],
  systemfiles: ['SystemFiles'],
  system: ['SystemFiles'],
  sys: ['SystemFiles'],
  operatingsystem: ['OperatingSystem'],
  os: ['OperatingSystem'],
  cachefiles: ['CacheFiles'],
  cachefolders: ['CacheFiles'],
  caches: ['CacheFiles'],
  cache: ['CacheFiles'],
  temporaryfiles: ['TemporaryFiles'],
  temporaryfolders: ['TemporaryFiles'],
  tempfiles: ['TemporaryFiles'],
  tempfolders: ['TemporaryFiles'],
  temp: ['TemporaryFiles'],
  tmp: ['TemporaryFiles'],
  applications: ['Applications'],
  application: ['Applications'],
  apps: ['Applications'],
  app: ['Applications'],
  defaultexcludes: ALL_GROUPS,
  defaultexclude: ALL_GROUPS,
  excludes: ALL_GROUPS,
  exclude: ALL_GROUPS,
  exc: ALL_GROUPS,
  defaultincludes: [],
  defaultinclude: [],
  includes: [],
  include: [],
  inc: [],
};

/** Caches of programs that look the same on every system. */
const CACHES_EVERYWHERE = [
  '*/Duplicati/control_dir_v2/',
  '*/Google/Chrome/*cache*',
  '*/Google/Chrome/*LOCK*',
  '*/Google/Chrome/*Current*',
  '*/Google/Chrome/Safe Browsing*',
  '*/iPhoto Library/iPod Photo Cache/',
  '*/Mozilla/Firefox/*cache*',
  '*/cookies.sqlite-*',
  '*/permissions.sqlite-*',
] as const;

const LINUX: Readonly<Record<GroupName, readonly string[]>> = {
  SystemFiles: ['/dev/', '/proc/', '/selinux/', '/sys/'],
  OperatingSystem: ['/bin/', '/boot/', '/etc/', '/initrd/', '/sbin/', '/var/'],
  TemporaryFiles: ['*/lost+found/', '*~', '/tmp/'],
  CacheFiles: [
    '*/.cache/',
    '*/.config/google-chrome/Default/Cookies',
    '*/.config/google-chrome/Default/Cookies-journal',
    ...CACHES_EVERYWHERE,
  ],
  Applications: ['/lib/', '/lib64/', '/opt/', '/usr/'],
};

const MACOS: Readonly<Record<GroupName, readonly string[]>> = {
  SystemFiles: [
    '/.vol/',
    '/dev/',
    '/net/',
    '/home/',
    '/.DocumentRevisions-V100/',
    '/.Spotlight-V100/',
    '/.fseventsd/',
    '/private/var/vm/',
    '*/.DS_Store',
  ],
  OperatingSystem: ['/System/', '/bin/', '/etc/', '/sbin/', '/var/', '/private/'],
  TemporaryFiles: ['*/.Trash/', '*/.Trashes/', '*~', '/tmp/', '/private/tmp/'],
  CacheFiles: ['*/Library/Caches/', '*/Library/Logs/', ...CACHES_EVERYWHERE],
  Applications: ['/Applications/', '/Library/', '/opt/', '/usr/'],
};

const WINDOWS: Readonly<Record<GroupName, readonly string[]>> = {
  SystemFiles: [
    '*\\System Volume Information\\',
    '*\\$Recycle.Bin\\',
    '*\\RECYCLER\\',
    '*\\pagefile.sys',
    '*\\hiberfil.sys',
    '*\\swapfile.sys',
    '*\\ntuser.dat*',
  ],
  OperatingSystem: ['?:\\Windows\\', '?:\\Windows.old\\', '?:\\Recovery\\'],
  TemporaryFiles: ['*\\AppData\\Local\\Temp\\', '?:\\Windows\\Temp\\', '*.tmp', '*~'],
  CacheFiles: [
    '*\\AppData\\Local\\Microsoft\\Windows\\INetCache\\',
    '*\\Temporary Internet Files\\',
    '*\\Thumbs.db',
    ...CACHES_EVERYWHERE.map((pattern) => pattern.replaceAll('/', '\\')),
  ],
  Applications: ['?:\\Program Files\\', '?:\\Program Files (x86)\\', '?:\\ProgramData\\'],
};

const CONTENTS = { linux: LINUX, macos: MACOS, windows: WINDOWS } as const;

/** The expressions of `Group,Group` (separated by any of `, : ; |`). Throws `FilterError` (`filter-group-unknown`). */
export function expandGroups(names: string, places: GroupPlaces): readonly string[] {
  const groups = new Set<GroupName>();
  for (const name of names.split(/[,:;|]/).map((piece) => piece.trim())) {
    const found = name === '' ? [] : NAMES[name.toLowerCase()];
    if (found === undefined) {
      throw new FilterError('filter-group-unknown', `There is no filter group '${name}'.`, {
        details: { group: name },
        hint: `Groups are ${[...ALL_GROUPS, 'DefaultExcludes', 'DefaultIncludes', 'None'].join(', ')}.`,
      });
    }
    for (const group of found) groups.add(group);
  }
  return [...groups].flatMap((group) => contentsOf(group, places));
}

/** The content of each group on a platform, for help and forms. */
export function describeGroups(places: GroupPlaces): Readonly<Record<GroupName, readonly string[]>> {
  return Object.fromEntries(ALL_GROUPS.map((group) => [group, contentsOf(group, places)])) as Record<
    GroupName,
    readonly string[]
  >;
}

function contentsOf(group: GroupName, places: GroupPlaces): readonly string[] {
  const fixed = CONTENTS[places.platform][group];
  if (group === 'TemporaryFiles') return withFolder(fixed, places.temporaryFolder, places);
  if (group === 'CacheFiles') return withFolder(fixed, places.cacheHome, places);
  if (group === 'OperatingSystem') return withFolder(fixed, places.systemRoot, places);
  return fixed;
}

function withFolder(
  fixed: readonly string[],
  folder: string | undefined,
  { platform }: GroupPlaces,
): readonly string[] {
  if (folder === undefined || folder === '') return fixed;
  const separator = platform === 'windows' ? '\\' : '/';
  return [folder.endsWith(separator) ? folder : `${folder}${separator}`, ...fixed];
}
