import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';

const DAY_MS = 86_400_000;

/** From `from` (included) to `to` (excluded). */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** Reads two days in UTC, as 2026-01-31; the last is included. Throws a `UserError` with exit code 2. */
export function readPeriod(from: string | undefined, to: string | undefined): Period {
  const first = readDay('--from', from);
  const last = readDay('--to', to);
  if (last < first) wrong(`--from ${first.toISOString().slice(0, 10)} is after --to; exchange the two.`);
  return { from: first, to: new Date(last.getTime() + DAY_MS) };
}

function readDay(flag: string, written: string | undefined): Date {
  if (written === undefined) return wrong(`${flag} DATE is needed, as 2026-01-31.`);
  const day = new Date(`${written}T00:00:00Z`);
  const exists = /^\d{4}-\d\d-\d\d$/u.test(written) && !Number.isNaN(day.getTime());
  // JavaScript takes 30 February for 2 March.
  if (exists && day.toISOString().startsWith(written)) return day;
  return wrong(`${flag} ${quoted(written)} is no day; write it as 2026-01-31.`);
}

function wrong(fault: string): never {
  throw new UserError(`netup-tui audit export: ${fault}`, { exitCode: 2 });
}
