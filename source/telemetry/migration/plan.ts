import { UserError } from '../../config/user-error.ts';
import { quoted } from '../../config/printable.ts';
import type { InfluxAdmin } from '../setup/influx-admin.ts';
import { type Bucket, listBuckets } from './buckets.ts';
import { oldestKept } from './chunks.ts';
import type { Inventory } from './inventory.ts';
import { countDistinct, countSeries, FAR_AHEAD } from './questions.ts';
import { migrated, OLD_MEMORY, seriesKey } from './series.ts';
import { keptBuckets, type SwapState, swapState } from './swap-state.ts';
import { type BucketSurvey, refuseOtherTypes, surveyBucket } from './survey.ts';

/** What there is to migrate. */
export interface MigrationPlan {
  /** Name of the bucket that is migrated. */
  readonly name: string;
  readonly state: SwapState;
  /** The bucket that has the name, or will have it: what later points are written to. */
  readonly target: Bucket;
  /** What is copied into a new bucket; null: nothing is to be swapped. */
  readonly own: BucketSurvey | null;
  /** Points of the old name of memory in another bucket, and how many of them the target lacks; null: none was named. */
  readonly from: { readonly survey: BucketSurvey; readonly added: number } | null;
  readonly inventory: Inventory;
  /** Old buckets of earlier migrations, which are there until they are dropped. */
  readonly kept: readonly Bucket[];
}

export interface Wish {
  readonly name: string;
  /** Another bucket that has points of the old name of memory; null: none. */
  readonly from: string | null;
  readonly now: number;
  /** Finds the organizations of routers. Rejects with a `UserError` for those that nobody knows. */
  readonly assign: (routerIds: readonly string[]) => Promise<Inventory>;
}

/** Looks at the server and changes nothing. Throws a `UserError` where the migration cannot be done. */
export async function planMigration(admin: InfluxAdmin, { name, from, now, assign }: Wish): Promise<MigrationPlan> {
  const buckets = await listBuckets(admin);
  const state = swapState(name, buckets);
  const target = state.phase === 'fresh' ? state.old : state.fresh;
  const oldest = oldestKept(target.retentionSeconds, now);
  const survey = await surveyBucket(admin, state.old, oldest);
  const own = survey.isNeeded || state.phase !== 'fresh' ? survey : null;
  if (state.phase === 'fresh' && own !== null) await refuseOtherTypes(admin, state.old, state.old, oldest);
  const other = from === null || from === name ? null : otherBucket(from, buckets);
  if (other !== null) await refuseOtherTypes(admin, other, state.old, oldest);
  const added = other === null ? null : await surveyBucket(admin, other, oldest, OLD_MEMORY);
  const inventory = await assign([...(own?.routersWithout ?? []), ...(added?.routersWithout ?? [])]);
  return {
    name,
    state,
    target,
    own,
    from:
      added === null ? null : { survey: added, added: await countMissing(admin, added, state.old, inventory, oldest) },
    inventory,
    kept: keptBuckets(name, buckets).filter(({ id }) => state.phase === 'fresh' || id !== state.old.id),
  };
}

/** Whether the plan changes anything. */
export function isNothing({ own, from }: MigrationPlan): boolean {
  return own === null && (from === null || from.added === 0);
}

function otherBucket(name: string, buckets: readonly Bucket[]): Bucket {
  const found = buckets.find((bucket) => bucket.name === name);
  if (found !== undefined) return found;
  throw new UserError(`There is no bucket ${quoted(name)} for --from in the organization.`);
}

/** How many points `target` lacks of those that a bucket has under the old name. */
async function countMissing(
  admin: InfluxAdmin,
  survey: BucketSurvey,
  target: Bucket,
  inventory: Inventory,
  oldest: number,
): Promise<number> {
  if (survey.points === 0) return 0;
  const window = { start: oldest, end: FAR_AHEAD };
  const present = new Map(
    (await countSeries(admin, target.id, window, 'memory')).map((one) => [seriesKey(one), one.points]),
  );
  const values = { start: new Date(oldest), stop: new Date(FAR_AHEAD), inventory: inventory.text };
  const distinct = await countDistinct(admin, { ...values, source: survey.bucket.id, also: target.id }, [OLD_MEMORY]);
  const keys = new Set(survey.series.map((one) => seriesKey(migrated(one, inventory.organizationOf))));
  return [...keys].reduce((missing, key) => missing + (distinct.get(key) ?? 0) - (present.get(key) ?? 0), 0);
}
