import type { HealthSummary } from './health.ts';
import type { Readiness } from './readiness.ts';
import type { Router } from './router.ts';
import type { Trouble } from './trouble.ts';

/** What a filter looks at. Null is what is not known. */
export interface FilteredRow {
  readonly router: Router;
  readonly health: HealthSummary | null;
  readonly readiness: Readiness | null;
  readonly policyName: string | null;
  /** What is wrong with it; left out while that is not known. */
  readonly troubles?: readonly Trouble[];
}

export type FleetFilter = (row: FilteredRow) => boolean;

/** A filter, or what is wrong with its text. */
export type ParsedFilter =
  { readonly ok: true; readonly keep: FleetFilter | null } | { readonly ok: false; readonly fault: string };

const TEXTS = new Map<string, (row: FilteredRow) => string>(
  Object.entries({
    host: ({ router }) => router.hostname,
    site: ({ router }) => router.site ?? '',
    vendor: ({ router }) => router.vendor ?? '',
    model: ({ router }) => router.model ?? '',
    version: ({ router }) => router.runningVersion,
    target: ({ router }) => router.targetVersion ?? '',
    status: ({ router }) => router.status,
    policy: ({ policyName }) => policyName ?? '',
    trouble: ({ troubles = [] }) => (troubles.length === 0 ? '' : ['any', ...troubles].join(' ')),
    ready: ({ readiness }) => (readiness === null ? '' : `${readiness.state.replaceAll('_', ' ')} ${readiness.reason}`),
  } satisfies Record<string, (row: FilteredRow) => string>),
);

const NUMBERS = new Map<string, (row: FilteredRow) => number | null>(
  Object.entries({
    cpu: ({ health }) => health?.cpuLatest ?? null,
    mem: ({ health }) => health?.memoryLatestFree ?? null,
    errors: ({ health }) => health?.criticalErrors ?? null,
  } satisfies Record<string, (row: FilteredRow) => number | null>),
);

const TERM = /^(?<not>!?)(?<name>[a-z]+)(?<operator>==|>=|<=|!=|=|>|<)(?<value>.*)$/u;

/**
 * Reads a filter: words that must all be found somewhere in the row (`core ams`), `site=ams` (the field contains it), `site==ams` (is it), `cpu>80`, each
 * turned around by `!` before it. No text keeps everything. A figure that is not known meets no comparison.
 */
export function parseFilter(text: string): ParsedFilter {
  const terms = text
    .trim()
    .split(/\s+/u)
    .filter((term) => term !== '');
  const filters: FleetFilter[] = [];
  for (const term of terms) {
    const parsed = parseTerm(term.toLowerCase());
    if (typeof parsed === 'string') return { ok: false, fault: parsed };
    filters.push(parsed);
  }
  if (filters.length === 0) return { ok: true, keep: null };
  return { ok: true, keep: (row) => filters.every((filter) => filter(row)) };
}

function parseTerm(term: string): FleetFilter | string {
  const match = TERM.exec(term)?.groups;
  if (match === undefined) {
    const not = term.startsWith('!');
    const word = not ? term.slice(1) : term;
    return word === '' ? 'a word must follow !' : (row) => anywhere(row, word) !== not;
  }
  const { name = '', operator = '=', value = '' } = match;
  const not = (match['not'] === '!') !== (operator === '!=');
  const number = NUMBERS.get(name);
  if (number !== undefined) return compare(name, number, operator, value, not);
  const read = TEXTS.get(name);
  if (read === undefined) {
    return `there is no field ${name}; there are ${[...TEXTS.keys(), ...NUMBERS.keys()].join(', ')}`;
  }
  if (operator === '==') return (row) => (read(row).toLowerCase() === value) !== not;
  if (operator !== '=' && operator !== '!=') return `${name} can be compared by =, == and != only`;
  return (row) => read(row).toLowerCase().includes(value) !== not;
}

function compare(
  name: string,
  read: (row: FilteredRow) => number | null,
  operator: string,
  value: string,
  not: boolean,
): FleetFilter | string {
  const limit = Number(value);
  if (value === '' || Number.isNaN(limit)) return `${name}${operator} needs a number, as in ${name}>80`;
  const holds = (found: number): boolean => {
    if (operator === '>') return found > limit;
    if (operator === '>=') return found >= limit;
    if (operator === '<') return found < limit;
    return operator === '<=' ? found <= limit : Math.round(found) === limit;
  };
  return (row) => {
    const found = read(row);
    return found !== null && holds(found) !== not;
  };
}

function anywhere({ router, policyName, readiness }: FilteredRow, word: string): boolean {
  return (
    router.hostname.toLowerCase().includes(word) ||
    contains(router.site, word) ||
    contains(router.model, word) ||
    contains(router.vendor, word) ||
    contains(router.runningVersion, word) ||
    contains(router.targetVersion, word) ||
    contains(router.status, word) ||
    contains(policyName, word) ||
    contains(readiness?.reason ?? null, word) ||
    router.managementAddress.startsWith(word)
  );
}

function contains(text: string | null, word: string): boolean {
  return text !== null && text.toLowerCase().includes(word);
}
