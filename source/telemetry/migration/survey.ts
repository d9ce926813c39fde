import { UserError } from '../../config/user-error.ts';
import { cleanLine } from '../../model/text.ts';
import type { InfluxAdmin } from '../setup/influx-admin.ts';
import type { Bucket } from './buckets.ts';
import { BEGINNING, countPoints, countSeries, FAR_AHEAD, fieldTypes } from './questions.ts';
import { type CountedSeries, isRenamed, isUntagged, OLD_MEMORY, routerOf } from './series.ts';

/** What a bucket has of one measurement. */
export interface MeasurementCount {
  readonly measurement: string;
  readonly series: number;
  readonly points: number;
  /** Points that get an organization. */
  readonly untagged: number;
}

export interface BucketSurvey {
  readonly bucket: Bucket;
  readonly series: readonly CountedSeries[];
  readonly measurements: readonly MeasurementCount[];
  readonly points: number;
  /** Points older than the target keeps, which are not copied. */
  readonly skipped: number;
  readonly isNeeded: boolean;
  readonly routersWithout: readonly string[];
}

/** Looks at what a bucket has from `oldest` on; at one measurement alone, if it is named. */
export async function surveyBucket(
  admin: InfluxAdmin,
  bucket: Bucket,
  oldest: number,
  measurement: string | null = null,
): Promise<BucketSurvey> {
  const series = await countSeries(admin, bucket.id, { start: oldest, end: FAR_AHEAD }, measurement);
  const older = oldest > BEGINNING ? await countPoints(admin, bucket.id, { start: BEGINNING, end: oldest }) : null;
  const untagged = series.filter(isUntagged);
  return {
    bucket,
    series,
    measurements: [...Map.groupBy(series, (one) => one.measurement)].map(([name, those]) => ({
      measurement: name,
      series: those.length,
      points: sum(those),
      untagged: sum(those.filter(isUntagged)),
    })),
    points: sum(series),
    skipped: (measurement === null ? older?.all : older?.renamed) ?? 0,
    isNeeded: untagged.length > 0 || series.some(isRenamed),
    routersWithout: [...new Set(untagged.map(routerOf))],
  };
}

/** Throws a `UserError` if a field of the old measurement has another type than that of the new one: one bucket cannot hold both. */
export async function refuseOtherTypes(
  admin: InfluxAdmin,
  source: Bucket,
  target: Bucket,
  oldest: number,
): Promise<void> {
  const window = { start: oldest, end: FAR_AHEAD };
  const [old, present] = [
    await fieldTypes(admin, source.id, window, OLD_MEMORY),
    await fieldTypes(admin, target.id, window, 'memory'),
  ];
  const conflicts = [...old].filter(([field, type]) => (present.get(field) ?? type) !== type);
  if (conflicts.length === 0) return;
  const named = conflicts.map(([field, type]) => `${cleanLine(field)} (${type}, not ${present.get(field) ?? ''})`);
  throw new UserError(
    `Nothing was changed: fields of ${OLD_MEMORY} have other types than those of memory: ${named.join(', ')}. ` +
      `Delete the points of ${OLD_MEMORY}, or write them anew with the right types.`,
  );
}

function sum(series: readonly CountedSeries[]): number {
  return series.reduce((total, { points }) => total + points, 0);
}
