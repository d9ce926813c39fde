/**
 * An array as PostgreSQL reads it from text, for a parameter cast to `text[]`, `float8[]` and the like. The driver has arrays
 * too, but knows their types only after a query on connecting, and quotes each of 10,000 numbers.
 */
export function arrayLiteral(values: readonly (string | number | boolean | null)[]): string {
  return `{${values.map((value) => element(value)).join(',')}}`;
}

function element(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value ?? 'NULL');
  return `"${value.replaceAll(/["\\]/gu, String.raw`\$&`)}"`;
}
