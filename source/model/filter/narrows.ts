import { fieldOf, type FilterSchema } from './fields.ts';
import type { Term } from './terms.ts';

/** True if every row that `after` keeps is surely among those that `before` keeps, so that only these need to be looked at. */
export function narrows<Row extends object>(
  schema: FilterSchema<Row>,
  before: readonly Term[],
  after: readonly Term[],
): boolean {
  return before.every((old) => after.some((term) => termNarrows(schema, old, term)));
}

function termNarrows<Row extends object>(schema: FilterSchema<Row>, before: Term, after: Term): boolean {
  const [old, now] = [before.atom, after.atom];
  if (before.not !== after.not || old.kind !== now.kind) return false;
  const longer = !before.not && now.value.toLowerCase().startsWith(old.value.toLowerCase());
  if (old.kind !== 'field' || now.kind !== 'field') return now.value === old.value || (longer && old.kind !== 'regex');
  if (old.name !== now.name || old.operator !== now.operator) return false;
  // `cpu=8` and `cpu=80` have nothing in common.
  return now.value === old.value || (longer && old.operator === '=' && fieldOf(schema, old.name)?.kind === 'text');
}
