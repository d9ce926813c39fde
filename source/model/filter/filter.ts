import type { FilterSchema } from './fields.ts';
import { meets, type WordsOf } from './meets.ts';
import { type FilterFault, readTerms, type Term } from './terms.ts';

/** A filter, or what is wrong with its text. */
export type ReadFilter<Row> =
  | {
      readonly ok: true;
      /** Null keeps every row. */
      readonly keep: ((row: Row) => boolean) | null;
      readonly terms: readonly Term[];
    }
  | { readonly ok: false; readonly fault: FilterFault };

/** Reads filters for the rows of one table. */
export type FilterReader<Row> = (text: string) => ReadFilter<Row>;

/**
 * A reader of filters: terms that must all hold. A word is found anywhere in the row; `'word` also with other letters between its own;
 * `~re` and `/re/` are regular expressions; `site=ams` contains, `site==ams` is exactly, `site~^a` fits, `cpu>80` and `version<17.9`
 * compare; `!` before a term turns it around; `"..."` holds blanks. Case does not matter. What is not known, or has no order, meets no
 * comparison, turned around or not.
 */
export function filterReader<Row extends object>(schema: FilterSchema<Row>): FilterReader<Row> {
  const wordsOf = keptWords(schema);
  return (text) => {
    const terms = readTerms(text);
    if ('text' in terms) return { ok: false, fault: terms };
    const tests: ((row: Row) => boolean)[] = [];
    for (const term of terms) {
      const holds = meets(schema, wordsOf, term);
      if (typeof holds !== 'function') return { ok: false, fault: holds };
      const wanted = !term.not;
      tests.push((row) => holds(row) === wanted);
    }
    const [only] = tests;
    if (only === undefined) return { ok: true, keep: null, terms };
    return { ok: true, keep: tests.length === 1 ? only : (row) => tests.every((test) => test(row)), terms };
  };
}

/** The words of each row, put together once: rows are replaced, never changed. */
function keptWords<Row extends object>({ words }: FilterSchema<Row>): WordsOf<Row> {
  const kept = new WeakMap<Row, string>();
  return (row) => {
    const known = kept.get(row);
    if (known !== undefined) return known;
    const text = words(row)
      .filter((word) => word !== null && word !== '')
      .join('\n')
      .toLowerCase();
    kept.set(row, text);
    return text;
  };
}
