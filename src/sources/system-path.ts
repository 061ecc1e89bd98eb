import { toSystemPath } from '../base/index.ts';
import { reachablePath, type SystemPath } from '../base/native/index.ts';

/**
 * The path to hand to a file call for a carried path of any length and any bytes. Use it at once (see
 * `reachablePath`).
 */
export function systemPathOf(path: string): SystemPath {
  return reachablePath(toSystemPath(path));
}
