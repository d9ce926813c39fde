import { fieldsOf, type Measurement, MEASUREMENTS } from '../../model/measurements/definitions.ts';
import type { Field } from '../../model/measurements/fields.ts';

/** A field whose values are numbers between two limits, both allowed. */
export interface LimitedField {
  readonly measurement: string;
  readonly field: string;
  readonly type: 'float' | 'integer';
  readonly min: number;
  readonly max: number;
}

/** Every field with numbers that not every number is right for, by the definition of the measurements. */
export const LIMITED_FIELDS: readonly LimitedField[] = Object.entries(MEASUREMENTS).flatMap(([name, measurement]) =>
  fieldsOf(measurement).flatMap(({ name: field, field: described }) => {
    const limits = limitsOf(described);
    return limits === null || (!isLimit(limits.min) && !isLimit(limits.max))
      ? []
      : [{ measurement: name, field, ...limits }];
  }),
);

/** The end of what a number can be is no limit. */
export function isLimit(value: number): boolean {
  return Math.abs(value) < Number.MAX_VALUE;
}

/** The tags that every point of a measurement must have. */
export function requiredTags({ tag }: Measurement, common: readonly string[]): readonly string[] {
  return tag === null ? common : [...common, tag.name];
}

function limitsOf(field: Field): Pick<LimitedField, 'type' | 'min' | 'max'> | null {
  if ('min' in field) return { type: field.type, min: field.min, max: field.max };
  if (!('values' in field) || field.type !== 'integer') return null;
  const values = field.values.filter((value) => typeof value === 'number');
  return { type: field.type, min: Math.min(...values), max: Math.max(...values) };
}
