/** 0 no colour, 1 the 16 of the terminal, 2 the 256, 3 any colour. */
export type ColorLevel = 0 | 1 | 2 | 3;

type Environment = Readonly<Record<string, string | undefined>>;

/** How many colours the terminal takes, by the variables that everyone honours: NO_COLOR, then FORCE_COLOR, COLORTERM, TERM. */
export function colorLevel(environment: Environment): ColorLevel {
  const { NO_COLOR, FORCE_COLOR, COLORTERM, TERM } = environment;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return 0;
  const forced = FORCE_COLOR === undefined ? null : forcedLevel(FORCE_COLOR);
  if (forced !== null) return forced;
  if (TERM === 'dumb') return 0;
  if (COLORTERM === 'truecolor' || COLORTERM === '24bit') return 3;
  return TERM !== undefined && /-256(?:color)?$/u.test(TERM) ? 2 : 1;
}

function forcedLevel(value: string): ColorLevel | null {
  if (value === 'false' || value === '0') return 0;
  if (value === '2') return 2;
  if (value === '3') return 3;
  return value === '1' || value === 'true' || value === '' ? 1 : null;
}
