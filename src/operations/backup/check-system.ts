import { BackupError } from '../../base/index.ts';
import { separatorOf } from '../../format/index.ts';

/**
 * Refuses to go on with versions of a machine of another kind: all that they hold would count as gone, and
 * the program there would no longer go on with them either (operations 3.2).
 */
export function checkSystem(storedPath: string | undefined): void {
  if (storedPath === undefined || separatorOf(storedPath) === '/') return;
  throw new BackupError(
    'made-on-other-system',
    `The versions at this destination were made on Windows: they hold '${storedPath}'.`,
    {
      details: { path: storedPath },
      hint: 'Restore from it as you like. For backups of this machine, name another destination.',
    },
  );
}
