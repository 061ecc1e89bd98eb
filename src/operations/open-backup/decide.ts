import { counted } from '../../base/index.ts';
import { type ListingPlan, lostDblocks } from '../verify-listing/plan.ts';

/** What opening a backup has to do before an operation can start. */
export type OpeningDecision =
  | { readonly kind: 'new-backup' }
  | { readonly kind: 'no-backup' }
  /** `onlyIfWhole`: where the destination proves to be damaged, the database is worth more than what is left there. */
  | { readonly kind: 'rebuild'; readonly reason: string; readonly onlyIfWhole: boolean }
  | { readonly kind: 'use' };

/**
 * Decides from what the database knows and what lies at the destination. The database is a cache: where both
 * differ, the destination is right, as long as it holds something.
 */
export function decideOpening(facts: {
  readonly databaseVolumes: number;
  readonly listedVolumes: number;
  readonly plan: ListingPlan;
  readonly purpose: 'begin' | 'continue' | 'read';
}): OpeningDecision {
  const { databaseVolumes, listedVolumes, plan, purpose } = facts;
  if (databaseVolumes === 0) {
    if (listedVolumes > 0) return rebuild('There is no local database for the backup at the destination');
    return purpose === 'begin' ? { kind: 'new-backup' } : { kind: 'no-backup' };
  }
  if (plan.unknown.length > 0) {
    return rebuild(
      `The destination holds ${counted(plan.unknown.length, 'volume')} that the local database does not know`,
    );
  }
  const lost = lostDblocks(plan).length;
  if (lost > 0 && purpose !== 'read' && listedVolumes > 0) {
    const reason = `The destination misses ${counted(lost, 'volume')} with data, or has them with another length`;
    return { ...rebuild(reason), onlyIfWhole: plan.missing.some(({ kind }) => kind === 'dlist') };
  }
  return { kind: 'use' };
}

function rebuild(reason: string) {
  return { kind: 'rebuild', reason, onlyIfWhole: false } as const;
}
