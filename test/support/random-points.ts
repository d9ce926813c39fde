import { type Arbitrary, constant, constantFrom, integer, record, sample, tuple } from 'fast-check';
import { fieldsOf, type Measurement, MEASUREMENTS } from '../../source/model/measurements/definitions.ts';
import type { Field } from '../../source/model/measurements/fields.ts';
import type { Point } from '../../source/model/telemetry.ts';

export interface RandomPointsOptions {
  readonly organization: string;
  readonly routerIds: readonly string[];
  /** Names of interfaces and components. */
  readonly parts: readonly string[];
  /** Times of the points, milliseconds since the epoch. */
  readonly times: readonly number[];
  readonly count: number;
  readonly seed: number;
}

/** Good points of every measurement, made from the definition, with any of the optional fields; the same for the same options. */
export function randomPoints(options: RandomPointsOptions): readonly Point[] {
  const all = Object.entries(MEASUREMENTS).map(([name, measurement]) => pointOf(name, measurement, options));
  const each = Math.ceil(options.count / all.length);
  const points = sample(tuple(...all), { numRuns: each, seed: options.seed }).flat();
  // The compiler cannot follow points that are made from the definition; the stores check them.
  return JSON.parse(JSON.stringify(points));
}

function pointOf(measurement: string, { tag, ...definition }: Measurement, options: RandomPointsOptions) {
  const { organization, routerIds, parts, times } = options;
  const half = times[times.length >> 1] ?? 0;
  const further = tag === null ? {} : { [tag.property]: constantFrom(...(tag.values ?? parts)) };
  const fields = fieldsOf({ tag, ...definition });
  // At least one field, where none is required.
  const needed = fields.filter(
    ({ isRequired }, index) => isRequired || (index === 0 && fields.every((f) => !f.isRequired)),
  );
  return record({
    measurement: constant(measurement),
    time: constantFrom(...times),
    router_id: constantFrom(...routerIds),
    fields: record(Object.fromEntries(fields.map(({ name, field }) => [name, valueOf(field)])), {
      requiredKeys: needed.map(({ name }) => name),
    }),
    ...further,
  }).map(({ router_id, ...point }) => ({
    ...point,
    // Every router moves to another site halfway.
    tags: { router_id, organization, vendor: 'Cisco', site: point.time < half ? 'ams 1' : 'fra,2' },
  }));
}

/** Fractions are quarters, so that their sums are exact in whatever order they are added. */
function valueOf(field: Field): Arbitrary<number | string> {
  if ('values' in field) return constantFrom(...field.values);
  if (field.kind === 'id') return integer({ min: 1, max: 3 }).map(String);
  const step = field.type === 'integer' ? 1 : 4;
  const min = Math.max(field.min, -1e6);
  const max = Math.min(field.max, field.kind === 'size' ? Number.MAX_SAFE_INTEGER : 1e6);
  return integer({ min: min * step, max: Math.min(max * step, Number.MAX_SAFE_INTEGER) }).map((value) => value / step);
}
