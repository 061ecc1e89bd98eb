/** What the room uses of the machine; given by the entrance, which alone reads the process. */
export interface Tools {
  readonly ssh: string;
  readonly rsync: string;
  /** The folder for host keys and locks, in the data folder of the user. */
  readonly stateFolder: string;
  readonly temporaryFolder: string;
  /** Variables handed to programs, such as PATH, HOME and SSH_AUTH_SOCK. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The variables of the environment that programs are given; locale is ours, because output is read. */
export function toolEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const handedOn = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SSH_AUTH_SOCK', 'SSH_AGENT_PID', 'TMPDIR', 'TZ'];
  const given = handedOn.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(given), LC_ALL: 'C' };
}
