import type { ListingPlan } from '../verify-listing/plan.ts';

/** What opening a backup has to do before an operation can start. */
export type OpeningDecision =
  | { readonly kind: 'new-backup' }
  | { readonly kind: 'no-backup' }
  | { readonly kind: 'rebuild'; readonly reason: string }
  | { readonly kind: 'use' };

/** Decides from what the database knows and what lies at the destination. The database is a cache: where both differ, the destination is right, as long as it holds something. */
export function decideOpening(facts: {
  readonly databaseVolumes: number;
  readonly listedVolumes: number;
  readonly plan: ListingPlan;
  readonly purpose: 'begin' | 'continue' | 'read';
}): OpeningDecision {
  const { databaseVolumes, listedVolumes, plan, purpose } = facts;
  if (databaseVolumes === 0) {
    if (listedVolumes > 0) return { kind: 'rebuild', reason: 'There is no local database for this backup' };
    return purpose === 'begin' ? { kind: 'new-backup' } : { kind: 'no-backup' };
  }
  if (plan.unknown.length > 0) {
    return {
      kind: 'rebuild',
      reason: `The destination holds ${plan.unknown.length} volumes that the local database does not know`,
    };
  }
  return { kind: 'use' };
}
