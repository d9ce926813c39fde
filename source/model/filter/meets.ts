import type { Platform } from '../platform.ts';
import { runsRelease, sameVersion } from '../version.ts';
import { compareTrain } from './compare-train.ts';
import type { FilterField, FilterSchema } from './fields.ts';
import { fieldOf } from './fields.ts';
import { linearRegExp } from './linear-regexp.ts';
import type { Atom, FilterFault, Operator, Term } from './terms.ts';

/** Null: it cannot be said, and neither the term nor its opposite holds. */
export type Meets<Row> = (row: Row) => boolean | null;

/** The texts of a row for words: in lower case, one a line. */
export type WordsOf<Row> = (row: Row) => string;

/** What a term asks, its `!` left aside. */
export function meets<Row extends object>(
  schema: FilterSchema<Row>,
  wordsOf: WordsOf<Row>,
  term: Term,
): Meets<Row> | FilterFault {
  const { atom } = term;
  if (atom.kind === 'field') return fieldMeets(schema, atom, term);
  const value = atom.value.toLowerCase();
  if (atom.kind === 'fuzzy') return (row) => isSpread(value, wordsOf(row));
  if (atom.kind === 'regex') return regexMeets(atom.value, term.valueAt, (row) => wordsOf(row).split('\n'));
  const { begins } = schema;
  if (begins === undefined) return (row) => wordsOf(row).includes(value);
  return (row) => wordsOf(row).includes(value) || begins(row).startsWith(value);
}

function fieldMeets<Row extends object>(
  schema: FilterSchema<Row>,
  { name, operator, value }: Atom & { readonly kind: 'field' },
  { at, not, valueAt }: Term,
): Meets<Row> | FilterFault {
  const field = fieldOf(schema, name);
  const nameAt = at + (not ? 1 : 0);
  if (field === undefined) {
    return { at: nameAt, text: `there is no field ${name}; there are ${[...schema.fields.keys()].join(', ')}` };
  }
  if (field.kind === 'number') return numberMeets(name, field, operator, value, valueAt);
  if (operator === '~') return regexMeets(value, valueAt, (row) => [field.read(row)?.toLowerCase() ?? '']);
  if (field.kind === 'version') return versionMeets(field, operator, value, { name, valueAt });
  const wanted = value.toLowerCase();
  if (operator === '=') return (row) => textOf(field.read(row)).includes(wanted);
  if (operator === '==') return (row) => textOf(field.read(row)) === wanted;
  if (operator === '!=') return (row) => !textOf(field.read(row)).includes(wanted);
  return { at: nameAt, text: `${name} can be compared by =, ==, != and ~ only` };
}

function numberMeets<Row>(
  name: string,
  { read }: FilterField<Row> & { readonly kind: 'number' },
  operator: Operator,
  value: string,
  at: number,
): Meets<Row> | FilterFault {
  const limit = Number(value);
  if (operator === '~') return { at, text: `${name} is a number: compare it by =, !=, >, >=, < and <=` };
  if (value.trim() === '' || Number.isNaN(limit))
    return { at, text: `${name}${operator} needs a number, as in ${name}>80` };
  const holds = NUMBERS[operator];
  return (row) => {
    const found = read(row);
    return found === null || Number.isNaN(found) ? null : holds(found, limit);
  };
}

const NUMBERS: Readonly<Record<Exclude<Operator, '~'>, (found: number, limit: number) => boolean>> = {
  '>': (found, limit) => found > limit,
  '>=': (found, limit) => found >= limit,
  '<': (found, limit) => found < limit,
  '<=': (found, limit) => found <= limit,
  // As the table shows it: 80.4 is 80.
  '=': (found, limit) => Math.round(found) === limit,
  '!=': (found, limit) => Math.round(found) !== limit,
  '==': (found, limit) => found === limit,
};

function versionMeets<Row>(
  { read, platform }: FilterField<Row> & { readonly kind: 'version' },
  operator: Operator,
  value: string,
  { name, valueAt }: { readonly name: string; readonly valueAt: number },
): Meets<Row> | FilterFault {
  const wanted = value.toLowerCase();
  const contains = (row: Row): boolean => {
    const found = read(row);
    return (
      textOf(found).includes(wanted) || (found !== null && value !== '' && runsRelease(platform(row), found, value))
    );
  };
  if (operator === '=') return contains;
  if (operator === '!=') return (row) => !contains(row);
  if (operator === '==') return (row) => sameVersion(platform(row), read(row) ?? '', value);
  if (value === '') return { at: valueAt, text: `${name}${operator} needs a version, as in ${name}<17.9` };
  const holds = ORDERS[operator === '~' ? '>' : operator];
  const order = keptOrders(value);
  return (row) => {
    const found = read(row);
    const known = found === null ? null : order(platform(row), found);
    return known === null ? null : holds(known);
  };
}

/** A fleet of 100,000 routers has some dozens of versions: each is compared once. */
function keptOrders(written: string): (platform: Platform | null, running: string) => number | null {
  const kept = new Map<string, number | null>();
  return (platform, running) => {
    const key = `${platform ?? ''} ${running}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const order = compareTrain(platform, running, written);
    kept.set(key, order);
    return order;
  };
}

const ORDERS: Readonly<Record<'>' | '>=' | '<' | '<=', (order: number) => boolean>> = {
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
};

function regexMeets<Row>(
  pattern: string,
  at: number,
  texts: (row: Row) => readonly string[],
): Meets<Row> | FilterFault {
  if (pattern === '') return { at, text: 'a regular expression must follow ~' };
  const expression = linearRegExp(pattern);
  if (typeof expression === 'string') return { at, text: expression };
  return (row) => texts(row).some((text) => expression.test(text));
}

/** True if the letters come in this order in one of the lines. */
function isSpread(letters: string, lines: string): boolean {
  let at = 0;
  for (const character of lines) {
    if (character === '\n') at = 0;
    else if (letters.startsWith(character, at)) {
      at += character.length;
      if (at === letters.length) return true;
    }
  }
  return false;
}

function textOf(value: string | null): string {
  return value === null ? '' : value.toLowerCase();
}
