/**
 * One of the values that a text column with a CHECK can have. Throws if the database has learnt one that this program does not
 * know, for it is then newer than the program.
 */
export function oneOf<Value extends string>(values: readonly Value[], found: unknown, column: string): Value {
  const value = values.find((candidate) => candidate === found);
  if (value === undefined) throw new Error(`The database has a value in ${column} that this program does not know.`);
  return value;
}

/** A text column that is never NULL. */
export function text(found: unknown, column: string): string {
  if (typeof found === 'string') return found;
  throw new Error(`The column ${column} is no text.`);
}

/** A text column that may be NULL. */
export function textOrNull(found: unknown, column: string): string | null {
  return found === null ? null : text(found, column);
}

/** An integer or floating-point column that is never NULL. */
export function number(found: unknown, column: string): number {
  if (typeof found === 'number') return found;
  throw new Error(`The column ${column} is no number.`);
}

/** True for what PostgreSQL takes as a uuid: an id that somebody typed may be anything. */
export function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu.test(id);
}

/** True for what PostgreSQL takes as the bigint of an id. */
export function isBigint(id: string): boolean {
  return /^\d{1,18}$/u.test(id);
}
