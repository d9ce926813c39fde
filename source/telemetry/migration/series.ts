import { MEASUREMENTS } from '../../model/measurements/definitions.ts';

/** The name that older collectors gave to the measurement `memory`. */
export const OLD_MEMORY = 'mem';

/** A series of a bucket: one field of one set of tags. */
export interface Series {
  readonly measurement: string;
  readonly field: string;
  /** Without `_measurement` and `_field`. */
  readonly tags: ReadonlyMap<string, string>;
}

export interface CountedSeries extends Series {
  readonly points: number;
}

/** Tells a router's organization (a uuid) by its id; null: nobody knows. */
export type OrganizationOf = (routerId: string) => string | null;

/** From the group key of a row. */
export function seriesOf(key: ReadonlyMap<string, string>): Series {
  const tags = new Map([...key].filter(([name, value]) => !name.startsWith('_') && value !== ''));
  return { measurement: key.get('_measurement') ?? '', field: key.get('_field') ?? '', tags };
}

/** Whether it has the name that is given up. */
export function isRenamed({ measurement }: Series): boolean {
  return measurement === OLD_MEMORY;
}

/** Whether it is one of ours, and lacks the organization. */
export function isUntagged({ measurement, tags }: Series): boolean {
  return (measurement === OLD_MEMORY || measurement in MEASUREMENTS) && !tags.has('organization');
}

export function routerOf({ tags }: Series): string {
  return tags.get('router_id') ?? '';
}

/** The series that it becomes. One whose organization nobody knows stays without. */
export function migrated(series: Series, organizationOf: OrganizationOf): Series {
  const measurement = isRenamed(series) ? 'memory' : series.measurement;
  const organization = isUntagged(series) ? organizationOf(routerOf(series)) : null;
  const tags = organization === null ? series.tags : new Map([...series.tags, ['organization', organization]]);
  return { measurement, field: series.field, tags };
}

/** Equal for equal series only. */
export function seriesKey({ measurement, field, tags }: Series): string {
  return JSON.stringify([measurement, field, ...[...tags].toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
