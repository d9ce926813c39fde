/** Types of a field in InfluxDB. The first write fixes a field's type, so every writer must use these. */
export type FieldType = 'float' | 'integer' | 'string';

interface Described {
  /** What the number counts; for people and for schemas. */
  readonly unit: string;
  readonly meaning: string;
}

/** A number between two limits, both allowed. `kind` decides how a value outside them is reported. */
export interface NumberField extends Described {
  readonly kind: 'percentage' | 'rate' | 'count' | 'size' | 'number';
  readonly type: 'float' | 'integer';
  readonly min: number;
  readonly max: number;
}

/** One of a few values. InfluxDB has booleans, but 1 and 0 can be summed and drawn, so yes and no are integers. */
export interface ChoiceField<Value extends string | number> extends Described {
  readonly kind: 'status' | 'choice';
  readonly type: 'integer' | 'string';
  readonly values: readonly Value[];
}

/** The id of a row in PostgreSQL: its digits, as a string. */
export interface IdField extends Described {
  readonly kind: 'id';
  readonly type: 'string';
}

export type Field = NumberField | ChoiceField<string | number> | IdField;

/** The type that a field's value has in a point. */
export type ValueOf<F extends Field> = F extends ChoiceField<infer Value> ? Value : F extends IdField ? string : number;

/** A count that every store holds as an exact integer, and can sum. */
const MAX_COUNT = 2_147_483_647;
/** The greatest double below 2^63, where InfluxDB's integers end. Above 2^53 a double is exact to about one in 10^16. */
const MAX_COUNTER = 2 ** 63 - 1024;

export function percentage(meaning: string): NumberField {
  return { kind: 'percentage', type: 'float', unit: 'percent', min: 0, max: 100, meaning };
}

export function bytesPerSecond(meaning: string): NumberField {
  return { kind: 'rate', type: 'float', unit: 'bytes per second', min: 0, max: Number.MAX_VALUE, meaning };
}

/** How many there are now, or how many there were since the router's point before: `meaning` tells. */
export function count(unit: string, meaning: string): NumberField {
  return { kind: 'count', type: 'integer', unit, min: 0, max: MAX_COUNT, meaning };
}

export function bytes(meaning: string): NumberField {
  return { kind: 'size', type: 'integer', unit: 'bytes', min: 0, max: Number.MAX_SAFE_INTEGER, meaning };
}

/** A counter as the device has it: it wraps, and begins anew when the device starts. */
export function byteCounter(meaning: string): NumberField {
  return { kind: 'size', type: 'integer', unit: 'bytes', min: 0, max: MAX_COUNTER, meaning };
}

export function seconds(meaning: string): NumberField {
  return { kind: 'size', type: 'integer', unit: 'seconds', min: 0, max: Number.MAX_SAFE_INTEGER, meaning };
}

/** Any other number. `limits` are what a working sensor cannot exceed. */
export function number(
  unit: string,
  [min, max]: readonly [min: number, max: number] | readonly [],
  meaning: string,
): NumberField {
  return { kind: 'number', type: 'float', unit, min: min ?? -Number.MAX_VALUE, max: max ?? Number.MAX_VALUE, meaning };
}

export function yesOrNo(meaning: string): ChoiceField<0 | 1> {
  return { kind: 'status', type: 'integer', unit: '0 or 1', values: [0, 1], meaning };
}

export function oneOf<const Value extends string>(values: readonly Value[], meaning: string): ChoiceField<Value> {
  return { kind: 'choice', type: 'string', unit: 'name', values, meaning };
}

export function id(meaning: string): IdField {
  return { kind: 'id', type: 'string', unit: 'id', meaning };
}
