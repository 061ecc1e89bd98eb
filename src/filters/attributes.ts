import { FILE_ATTRIBUTES, type FileAttribute } from '../base/index.ts';

/** The bits of some attribute names. A name that is none is a mistake of the caller. */
export function attributeMask(names: readonly string[]): number {
  let mask = 0;
  for (const name of names) {
    if (!Object.hasOwn(FILE_ATTRIBUTES, name)) throw new Error(`There is no file attribute '${name}'`);
    mask |= FILE_ATTRIBUTES[name as FileAttribute];
  }
  return mask;
}
