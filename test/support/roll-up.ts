import { COMMON_TAGS, fieldsOf, type Measurement, MEASUREMENTS } from '../../source/model/measurements/definitions.ts';

const definitions: Readonly<Record<string, Measurement>> = MEASUREMENTS;
/** Counters, which no task sums up. */
const LEFT_OUT = new Set(['in_bytes', 'out_bytes']);

/** What was sent once. */
export interface Sample {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly time: number;
  readonly fields: Readonly<Record<string, number>>;
}

/** Sums, counts, least and greatest of one window, by `MEASUREMENT tag=value ... FIELD_sum START`. */
export type RolledUp = ReadonlyMap<string, number>;

/** Names of the tags of a measurement, sorted. */
function tagNames(measurement: string): readonly string[] {
  const further = definitions[measurement]?.tag?.name;
  return [...Object.keys(COMMON_TAGS), ...(further === undefined ? [] : [further])].toSorted();
}

/** The key of a value of a window. */
export function keyOf(measurement: string, tag: (name: string) => string, field: string, start: number): string {
  const tags = tagNames(measurement).map((name) => `${name}=${tag(name)}`);
  return [measurement, ...tags, field, new Date(start).toISOString()].join(' ');
}

/** Puts samples together by the windows that they lie in, in the plainest way. */
export function rollUp(samples: readonly Sample[], startOf: (time: number) => number): RolledUp {
  const lists = new Map<string, { readonly key: (suffix: string) => string; readonly values: number[] }>();
  for (const { measurement, tags, time, fields } of samples) {
    for (const [field, value] of Object.entries(fields)) {
      if (LEFT_OUT.has(field)) continue;
      const key = (suffix: string): string =>
        keyOf(measurement, (name) => tags[name] ?? '', `${field}_${suffix}`, startOf(time));
      const list = lists.get(key('')) ?? { key, values: [] };
      lists.set(key(''), list);
      list.values.push(value);
    }
  }
  return new Map(
    [...lists.values()].flatMap(({ key, values }): [string, number][] => [
      [key('sum'), values.reduce((sum, value) => sum + value, 0)],
      [key('count'), values.length],
      [key('min'), Math.min(...values)],
      [key('max'), Math.max(...values)],
    ]),
  );
}

/** A sample in line protocol, with the types that the definition gives its fields. */
export function rawLine({ measurement, tags, time, fields }: Sample): string {
  const values = Object.entries(fields).map(
    ([name, value]) => `${name}=${value}${isInteger(measurement, name) ? 'i' : ''}`,
  );
  return `${seriesOf(measurement, measurement, tags)} ${values.join()} ${time}`;
}

/** What was put together, in line protocol; `suffix` makes `cpu` `cpu_daily`. */
export function rolledUpLines(rolledUp: RolledUp, suffix: string): string[] {
  return [...rolledUp].map(([key, value]) => {
    const [measurement = '', ...parts] = key.split(' ');
    const [field = '', start = ''] = parts.slice(-2);
    const tags = Object.fromEntries(parts.slice(0, -2).map((part) => part.split('=')));
    const isWhole = field.endsWith('_count') || isInteger(measurement, field.replace(/_[a-z]+$/u, ''));
    return `${seriesOf(measurement, `${measurement}${suffix}`, tags)} ${field}=${value}${isWhole ? 'i' : ''} ${Date.parse(start)}`;
  });
}

function seriesOf(measurement: string, name: string, tags: Readonly<Record<string, string>>): string {
  return [name, ...tagNames(measurement).map((tag) => `${tag}=${tags[tag]}`)].join();
}

function isInteger(measurement: string, name: string): boolean {
  const definition = definitions[measurement];
  return (
    definition !== undefined && fieldsOf(definition).some((one) => one.name === name && one.field.type === 'integer')
  );
}
