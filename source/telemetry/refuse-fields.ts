import { fieldsOf, type Measurement } from '../model/measurements/definitions.ts';
import type { Field } from '../model/measurements/fields.ts';

/** Why the fields of a point are refused. */
export type FieldRefusal =
  | 'percentage outside 0-100'
  | 'rate invalid'
  | 'count invalid'
  | 'size invalid'
  | 'number out of range'
  | 'status is neither 0 nor 1'
  | 'value not in the list'
  | 'id invalid'
  | 'field missing'
  | 'unknown field';

const REASONS = {
  percentage: 'percentage outside 0-100',
  rate: 'rate invalid',
  count: 'count invalid',
  size: 'size invalid',
  number: 'number out of range',
  status: 'status is neither 0 nor 1',
  choice: 'value not in the list',
  id: 'id invalid',
} as const satisfies Readonly<Record<Field['kind'], FieldRefusal>>;

interface FieldCheck {
  readonly isGood: (value: unknown) => boolean;
  readonly reason: FieldRefusal;
  readonly isRequired: boolean;
}

/**
 * Makes the check of a measurement's fields: why they may not be stored, or null if they may. Made once, since it runs for every
 * point. A field that is undefined counts as not sent.
 */
export function fieldCheck(
  measurement: Measurement,
): (fields: Readonly<Record<string, unknown>>) => FieldRefusal | null {
  const checks = new Map(
    fieldsOf(measurement).map(({ name, field, isRequired }): [string, FieldCheck] => [
      name,
      { isGood: goodFor(field), reason: REASONS[field.kind], isRequired },
    ]),
  );
  const wanted = Object.keys(measurement.required).length;
  return (fields) => {
    let sent = 0;
    let required = 0;
    for (const name of Object.keys(fields)) {
      const value = fields[name];
      if (value === undefined) continue;
      const check = checks.get(name);
      if (check === undefined) return 'unknown field';
      if (!check.isGood(value)) return check.reason;
      sent += 1;
      if (check.isRequired) required += 1;
    }
    return sent > 0 && required === wanted ? null : 'field missing';
  };
}

/** Strict, since points are made of what devices say. */
function goodFor(field: Field): (value: unknown) => boolean {
  if ('values' in field) return (value) => field.values.some((allowed) => allowed === value);
  if (field.kind === 'id') return (value) => typeof value === 'string' && /^\d{1,19}$/u.test(value);
  const { min, max } = field;
  // NaN compares with nothing, and the greatest limit is below infinity.
  if (field.type === 'float') return (value) => typeof value === 'number' && value >= min && value <= max;
  return (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}
