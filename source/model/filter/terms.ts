/** How a field is compared: `=` contains, `==` is exactly, `~` fits a regular expression. */
export const OPERATORS = ['==', '!=', '>=', '<=', '=', '>', '<', '~'] as const;

export type Operator = (typeof OPERATORS)[number];

/** What one term of a filter asks for. */
export type Atom =
  | { readonly kind: 'word' | 'fuzzy' | 'regex'; readonly value: string }
  | { readonly kind: 'field'; readonly name: string; readonly operator: Operator; readonly value: string };

/** One term as it was written: `!site=ams`. */
export interface Term {
  /** Where it begins in the text, in UTF-16 units, `!` included. */
  readonly at: number;
  /** Where its value begins. */
  readonly valueAt: number;
  readonly end: number;
  readonly not: boolean;
  readonly atom: Atom;
}

/** What is wrong with a text, and where. */
export interface FilterFault {
  readonly at: number;
  /** A sentence without its full stop. */
  readonly text: string;
}

const FIELD = /^(?<name>[a-z][a-z_-]*)(?<operator>==|!=|>=|<=|=|>|<|~)/iu;

/** Splits a filter into its terms. A fault stops the reading. */
export function readTerms(text: string): readonly Term[] | FilterFault {
  const terms: Term[] = [];
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const term = readTerm(text, at);
    if ('text' in term) return term;
    terms.push(term);
    at = skipBlanks(text, term.end);
  }
  return terms;
}

function readTerm(text: string, at: number): Term | FilterFault {
  let start = at;
  while (text[start] === '!') start += 1;
  const not = (start - at) % 2 === 1;
  const field = FIELD.exec(text.slice(start))?.groups;
  if (field !== undefined) {
    const { name = '', operator = '' } = field;
    const valueAt = start + name.length + operator.length;
    const value = readValue(text, valueAt);
    if ('text' in value) return value;
    const known = OPERATORS.find((each) => each === operator) ?? '=';
    return {
      at,
      valueAt,
      end: value.end,
      not,
      atom: { kind: 'field', name: name.toLowerCase(), operator: known, value: value.value },
    };
  }
  const first = text[start];
  if (first === '/') {
    const end = closing(text, start + 1, '/');
    if (end < 0) return { at: start, text: 'this regular expression needs a / at its end' };
    return { at, valueAt: start, end: end + 1, not, atom: { kind: 'regex', value: text.slice(start + 1, end) } };
  }
  const kind = first === '~' ? 'regex' : first === "'" ? 'fuzzy' : 'word';
  const value = readValue(text, kind === 'word' ? start : start + 1);
  if ('text' in value) return value;
  if (value.value === '') {
    const before = kind === 'regex' ? '~' : kind === 'fuzzy' ? "'" : '!';
    return { at: start, text: `a word must follow ${before}` };
  }
  return { at, valueAt: start, end: value.end, not, atom: { kind, value: value.value } };
}

/** Up to the next blank, or what is between quotes. */
function readValue(text: string, at: number): { readonly value: string; readonly end: number } | FilterFault {
  if (text[at] !== '"') {
    let end = at;
    while (end < text.length && !isBlank(text[end])) end += 1;
    return { value: text.slice(at, end), end };
  }
  const end = closing(text, at + 1, '"');
  if (end < 0) return { at, text: 'this quote is not closed' };
  return { value: text.slice(at + 1, end).replace(/\\(["\\])/gu, '$1'), end: end + 1 };
}

/** Where the mark stands that is not behind a backslash; -1 if nowhere. */
function closing(text: string, from: number, mark: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === mark) return at;
  }
  return -1;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text[at])) at += 1;
  return at;
}

function isBlank(character: string | undefined): boolean {
  return character !== undefined && /\s/u.test(character);
}
