import { fieldOf, type FilterSchema } from './fields.ts';

/** What could stand where the cursor is: the text from `from` up to the cursor gives way to a candidate. */
export interface Completion {
  readonly from: number;
  readonly candidates: readonly string[];
}

const MOST = 50;
const TERM = /(?:^|\s)(?<not>!*)(?<name>[a-z_-]*)(?:(?<operator>==|!=|=)(?<value>"[^"]*|[^\s"]*))?$/iu;

/**
 * Names of fields, or values of one, that go on from what is written before the cursor (`before`). `values` gives those that
 * a field has in the rows.
 */
export function completeFilter<Row extends object>(
  schema: FilterSchema<Row>,
  before: string,
  values: (field: string) => Iterable<string>,
): Completion {
  const match = TERM.exec(before);
  const { name = '', operator, value = '' } = match?.groups ?? {};
  if (match === null || (name === '' && operator === undefined)) return { from: before.length, candidates: [] };
  if (operator === undefined) {
    const from = before.length - name.length;
    return { from, candidates: fieldNames(schema, name.toLowerCase()) };
  }
  const from = before.length - value.length;
  const field = fieldOf(schema, name.toLowerCase());
  if (field?.kind !== 'text' || field.offered !== true) return { from, candidates: [] };
  const written = value.replace(/^"/u, '').toLowerCase();
  const found = [...values(name.toLowerCase())].toSorted((a, b) => a.localeCompare(b));
  const fitting = [
    ...found.filter((each) => each.toLowerCase().startsWith(written)),
    ...found.filter((each) => each.toLowerCase().indexOf(written) > 0),
  ];
  return { from, candidates: fitting.slice(0, MOST).map((each) => quoted(each)) };
}

function fieldNames<Row extends object>({ fields }: FilterSchema<Row>, written: string): readonly string[] {
  return [...fields].flatMap(([name, { kind }]) =>
    name.startsWith(written) ? `${name}${kind === 'text' ? '=' : kind === 'number' ? '>' : '<'}` : [],
  );
}

function quoted(value: string): string {
  return /[\s"\\]/u.test(value) ? `"${value.replaceAll(/["\\]/gu, '\\$&')}"` : value;
}
