import v8 from 'node:v8';

/** Of what lives after a collection, in percent. */
const LITTLE_GROWTH = 50;
/** Leaves it to the engine, which lets a heap grow to several times of what lives in it. */
const AS_USUAL = 0;

let users = 0;

/**
 * Has the engine collect the garbage of every thread after half as much has been added as is in use, until it
 * is disposed of. For work that takes one large thing after the other, each of which would be kept for long
 * after it is done with. Costs the time of the collections.
 */
export function limitHeapGrowth(): Disposable {
  if (users++ === 0) setGrowth(LITTLE_GROWTH);
  return {
    [Symbol.dispose]() {
      if (--users === 0) setGrowth(AS_USUAL);
    },
  };
}

function setGrowth(percent: number): void {
  v8.setFlagsFromString(`--heap-growing-percent=${percent}`);
}
