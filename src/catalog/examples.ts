interface Example {
  readonly about: string;
  readonly lines: readonly string[];
}

const EXAMPLES: readonly Example[] = [
  {
    about: 'Make a backup to a disk, and make a further version of it later with the same command:',
    lines: ['ashlar backup /media/disk/backup /home/me --exclude="*.tmp"'],
  },
  {
    about: 'Keep one version a day for a week, one a week for a month, one a month for a year:',
    lines: ['ashlar backup /media/disk/backup /home/me --retention-policy=1W:1D,4W:1W,12M:1M'],
  },
  {
    about: 'Look at what is there, and find a file in all versions:',
    lines: [
      'ashlar list /media/disk/backup',
      'ashlar list /media/disk/backup "*" --version=1',
      'ashlar find /media/disk/backup letter.txt',
    ],
  },
  {
    about: 'Bring back a folder as it was two days ago, beside what is there now:',
    lines: ['ashlar restore /media/disk/backup /home/me/letters/ --time=2D --restore-path=/tmp/restored'],
  },
  {
    about: 'Read everything back and check it:',
    lines: ['ashlar test /media/disk/backup all'],
  },
  {
    about: 'Use a server or a bucket instead of a disk:',
    lines: [
      'ashlar backup ssh://me@host.example/backup /home/me',
      'ashlar backup s3://bucket/folder /home/me --s3-server-name=s3.example',
    ],
  },
];

/** Command lines for the first steps, each with what it does. */
export function renderExamples(): string {
  return EXAMPLES.map(({ about, lines }) => [about, ...lines.map((line) => `  ${line}`)].join('\n')).join(
    '\n\n',
  );
}
