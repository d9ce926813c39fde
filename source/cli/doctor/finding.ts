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
