/** Value of a field as the stores hold it. */
export type FieldValue = number | string;

/** Fields that were sent together. */
export interface FieldPoint {
  /** The interface or the component; empty where the measurement has neither. */
  readonly part: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly fields: ReadonlyMap<string, FieldValue>;
}

/** Puts fields that were sent together back together, whatever order a store answers in. */
export class FieldPoints {
  readonly #byPart = new Map<string, Map<number, Map<string, FieldValue>>>();

  add(part: string, at: number, field: string, value: FieldValue): void {
    const byTime = this.#byPart.get(part) ?? new Map<number, Map<string, FieldValue>>();
    this.#byPart.set(part, byTime);
    const fields = byTime.get(at) ?? new Map<string, FieldValue>();
    byTime.set(at, fields);
    fields.set(field, value);
  }

  /** Oldest first; those of one time by their part. */
  points(): FieldPoint[] {
    return [...this.#byPart]
      .flatMap(([part, byTime]) => [...byTime].map(([at, fields]): FieldPoint => ({ part, at, fields })))
      .toSorted((one, other) => one.at - other.at || (one.part < other.part ? -1 : 1));
  }
}

/** A number among the fields, or null. */
export function numberIn(fields: ReadonlyMap<string, FieldValue>, name: string): number | null {
  const value = fields.get(name);
  return typeof value === 'number' ? value : null;
}

export function textIn(fields: ReadonlyMap<string, FieldValue>, name: string): string | null {
  const value = fields.get(name);
  return typeof value === 'string' ? value : null;
}

/** Yes or no; null where there is neither. */
export function flagIn(fields: ReadonlyMap<string, FieldValue>, name: string): boolean | null {
  const value = numberIn(fields, name);
  return value === null ? null : value === 1;
}
