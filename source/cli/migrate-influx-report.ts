import { formatCount, plural } from '../console/format/numbers.ts';
import { cleanLine } from '../model/text.ts';
import { isNothing, type MigrationPlan } from '../telemetry/migration/plan.ts';
import { OLD_MEMORY } from '../telemetry/migration/series.ts';
import type { BucketSurvey, MeasurementCount } from '../telemetry/migration/survey.ts';

const PHASES = {
  fresh: 'not begun',
  copying: 'begun, and goes on where it ended',
  swapping: 'copied; the new bucket gets the name',
  swapped: 'swapped; what came last is still to be copied',
} as const;

/** What a migration would do, for people. `bound` is what knows the bucket by its id. */
export function planLines(plan: MigrationPlan, bound: readonly string[]): readonly string[] {
  const { name, own, from, kept } = plan;
  return [
    ...(isNothing(plan) ? [`  ${cleanLine(name)}: nothing to do`] : []),
    ...(own === null ? [] : ownLines(plan, own, bound)),
    ...(from === null || from.added === 0 ? [] : fromLines(plan, from)),
    ...(from?.added === 0 ? [`  ${cleanLine(from.survey.bucket.name)}: nothing to do`] : []),
    ...kept.map((bucket) => `  ${bucket.name} is kept; --drop-old deletes it`),
  ];
}

/** The same for scripts. */
export function planReport(plan: MigrationPlan, bound: readonly string[]): object {
  const { name, state, own, from, kept } = plan;
  return {
    bucket: name,
    phase: state.phase,
    own: own === null ? null : surveyReport(own),
    from: from === null ? null : { ...surveyReport(from.survey), added: from.added },
    kept: kept.map((bucket) => bucket.name),
    boundById: bound,
  };
}

function surveyReport({ bucket, measurements, points, series, skipped }: BucketSurvey): object {
  return { bucket: bucket.name, points, series: series.length, skipped, measurements };
}

function ownLines({ state, name }: MigrationPlan, own: BucketSurvey, bound: readonly string[]): readonly string[] {
  return [
    `  ${cleanLine(name)}: ${plural(own.points, 'point')} in ${plural(own.series.length, 'series', 'series')} are copied into a new bucket, which then gets the name (${PHASES[state.phase]})`,
    ...own.measurements.map(measurementLine),
    ...skippedLine(own),
    ...bound.map((what) => `  ! ${what} stays with the old bucket, and has to be made anew`),
  ];
}

function fromLines(
  { name }: MigrationPlan,
  { survey, added }: { readonly survey: BucketSurvey; readonly added: number },
): readonly string[] {
  const there = survey.points - added;
  const overlap = there === 0 ? '' : `; ${formatCount(there)} are there already, and are written over`;
  return [
    `  ${cleanLine(survey.bucket.name)}: ${plural(survey.points, 'point')} of ${OLD_MEMORY} are added to ${cleanLine(name)} as memory${overlap}`,
    ...survey.measurements.map(measurementLine),
    ...skippedLine(survey),
  ];
}

function measurementLine({ measurement, points, series, untagged }: MeasurementCount): string {
  const changes = [
    ...(measurement === OLD_MEMORY ? ['become memory'] : []),
    ...(untagged === 0 ? [] : [`${formatCount(untagged)} get an organization`]),
  ];
  const what = changes.length === 0 ? 'as they are' : changes.join(', ');
  return `    ${cleanLine(measurement)}: ${plural(points, 'point')} in ${plural(series, 'series', 'series')}, ${what}`;
}

function skippedLine({ skipped }: BucketSurvey): readonly string[] {
  return skipped === 0 ? [] : [`    ${plural(skipped, 'point')} older than the bucket keeps, left out`];
}
