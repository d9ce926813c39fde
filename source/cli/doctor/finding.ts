import { cleanLine } from '../../model/text.ts';

/** What a check found: `warn` is worth mending, `fail` keeps something from working. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail';
  /** One sentence or less, without secrets. */
  readonly found: string;
  /** What to do about it; empty if nothing is to be done. */
  readonly advice: string;
}

export function ok(check: string, found: string): Finding {
  return { check, state: 'ok', found, advice: '' };
}

export function warn(check: string, found: string, advice: string): Finding {
  return { check, state: 'warn', found, advice };
}

export function fail(check: string, found: string, advice: string): Finding {
  return { check, state: 'fail', found, advice };
}

/** What a failed attempt says of itself. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;
const INDENT = ' '.repeat(20);

/** A finding, for people. */
export function findingLines({ check, state, found, advice }: Finding): readonly string[] {
  const [first = '', ...rest] = found.split('\n').map((line) => cleanLine(line));
  return [
    `${MARKS[state]}  ${check.padEnd(14)}${first}`,
    ...rest.map((line) => INDENT + line),
    ...(advice === '' ? [] : [`${INDENT}${cleanLine(advice)}`]),
  ];
}
