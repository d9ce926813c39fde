import { flux, fluxExpression, fluxFloat, fluxInteger, type ParameterizedQuery } from '@influxdata/influxdb-client';
import { COMMON_TAGS, MEASUREMENTS } from '../../model/measurements/definitions.ts';
import type { TimeWindow } from '../store.ts';
import { isLimit, type LimitedField, requiredTags } from './limits.ts';

/**
 * The least and the greatest value of each of these fields: results `min` and `max`, a row for each field. The storage answers; of fields
 * with text it has no least value, and says that it panicked.
 */
export function extremesQuery(
  bucket: string,
  window: TimeWindow,
  fields: readonly LimitedField[],
  organization?: string,
): ParameterizedQuery {
  const chains = [...Map.groupBy(fields, ({ measurement }) => measurement)].flatMap(([measurement, those]) => {
    const named = those.map(({ field }) => String(flux`r._field == ${field}`)).join(' or ');
    const points = flux`${from(bucket, window, organization)} |> filter(fn: (r) => r._measurement == ${measurement} and (${fluxExpression(named)}))`;
    const byField = flux`|> group(columns: ["_measurement", "_field"])`;
    return [
      flux`${points} |> min() ${byField} |> min() |> yield(name: ${`min ${measurement}`})`,
      flux`${points} |> max() ${byField} |> max() |> yield(name: ${`max ${measurement}`})`,
    ];
  });
  return joined(chains);
}

/** How many points of a field are outside of its limits, a row for each router. */
export function outsideQuery(
  bucket: string,
  window: TimeWindow,
  limited: LimitedField,
  organization?: string,
): ParameterizedQuery {
  const { measurement, field, type, min, max } = limited;
  const literal = (value: number) => (type === 'integer' ? fluxInteger(value) : fluxFloat(value));
  // Flux cannot even write the end of what a number can be.
  const conditions = [
    ...(isLimit(min) ? [flux`r._value < ${literal(min)}`] : []),
    ...(isLimit(max) ? [flux`r._value > ${literal(max)}`] : []),
  ];
  return flux`${from(bucket, window, organization)}
    |> filter(fn: (r) => r._measurement == ${measurement} and r._field == ${field})
    |> filter(fn: (r) => ${fluxExpression(conditions.map(String).join(' or '))})
    |> count() |> group(columns: ["router_id"]) |> sum()`;
}

/** Points that lack a tag which they must have: a result for each measurement, a row if there are any. */
export function tagsQuery(bucket: string, window: TimeWindow, organization?: string): ParameterizedQuery {
  return joined(
    Object.entries(MEASUREMENTS).map(([name, measurement]) => {
      const missing = requiredTags(measurement, Object.keys(COMMON_TAGS)).map((tag) => `not exists r.${tag}`);
      const filter = flux`r._measurement == ${name} and (${fluxExpression(missing.join(' or '))})`;
      return flux`${from(bucket, window, organization)} |> filter(fn: (r) => ${filter}) |> count() |> group() |> sum() |> yield(name: ${name})`;
    }),
  );
}

/** A row for each field of each measurement that there is, with a value, whose column tells the type. */
export function fieldsQuery(bucket: string, window: TimeWindow, organization?: string): ParameterizedQuery {
  return flux`${from(bucket, window, organization)} |> first() |> keep(columns: ["_measurement", "_field", "_value"]) |> limit(n: 1)`;
}

/** How many points there are in a window, a row for each router. */
export function routersQuery(bucket: string, window: TimeWindow): ParameterizedQuery {
  return flux`${from(bucket, window)} |> count() |> group(columns: ["router_id"]) |> sum()`;
}

/** The number of series; InfluxDB keeps each in memory. */
export function cardinalityQuery(bucket: string, window: TimeWindow): ParameterizedQuery {
  const [start, stop] = [new Date(window.start), new Date(window.end)];
  return flux`import "influxdata/influxdb"
influxdb.cardinality(bucket: ${bucket}, start: ${start}, stop: ${stop})`;
}

/** All points, or those of one organization (its uuid). */
function from(bucket: string, { start, end }: TimeWindow, organization?: string): ParameterizedQuery {
  const points = flux`from(bucket: ${bucket}) |> range(start: ${new Date(start)}, stop: ${new Date(end)})`;
  return organization === undefined ? points : flux`${points} |> filter(fn: (r) => r.organization == ${organization})`;
}

function joined(chains: readonly ParameterizedQuery[]): ParameterizedQuery {
  return fluxExpression(chains.map(String).join('\n'));
}
