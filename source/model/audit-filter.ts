/** Which rows of the audit trail are asked for. Texts are contained in the column, in whatever case. */
export interface AuditFilter {
  readonly actor?: string;
  readonly action?: string;
  /** Contained in the router's id or in the target's. */
  readonly target?: string;
  readonly source?: string;
  /** Appended since then. */
  readonly since?: Date;
  /** Each is contained in the actor, action, router, target, reason or source. */
  readonly words?: readonly string[];
}

/** A filter, or what is wrong with its text. */
export type ParsedAuditFilter =
  { readonly ok: true; readonly filter: AuditFilter } | { readonly ok: false; readonly fault: string };

const FIELDS = ['who', 'action', 'router', 'source', 'since'] as const;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const TERM = /^(?<name>[a-z]+)=(?<value>.*)$/u;
const SPAN = /^(?<count>\d{1,6})(?<unit>[mhd])$/u;
const DAY = /^\d{4}-\d\d-\d\d$/u;

/**
 * Reads a filter: words, and `who=ana action=approve router=ams-core-01 source=cli since=2h` (`30m`, `7d`, or a day in UTC: `2026-11-24`).
 * Every term must hold.
 */
export function parseAuditFilter(text: string, now: Date): ParsedAuditFilter {
  const words: string[] = [];
  let filter: AuditFilter = {};
  for (const term of text.trim().split(/\s+/u)) {
    const { name, value = '' } = TERM.exec(term)?.groups ?? {};
    if (name === undefined) {
      if (term !== '') words.push(term);
      continue;
    }
    if (name === 'since') {
      const since = readSince(value, now);
      if (since === null)
        return { ok: false, fault: 'since needs a span or a day, as in since=2h or since=2026-11-24' };
      filter = { ...filter, since };
    } else if (value === '') {
      if (!isField(name)) return unknownField(name);
    } else if (name === 'who') filter = { ...filter, actor: value };
    else if (name === 'action') filter = { ...filter, action: value };
    else if (name === 'router') filter = { ...filter, target: value };
    else if (name === 'source') filter = { ...filter, source: value };
    else return unknownField(name);
  }
  return { ok: true, filter: words.length === 0 ? filter : { ...filter, words } };
}

function readSince(value: string, now: Date): Date | null {
  const { count, unit } = SPAN.exec(value)?.groups ?? {};
  if (count !== undefined && unit !== undefined) return new Date(now.getTime() - Number(count) * (UNITS[unit] ?? 0));
  const day = new Date(`${value}T00:00:00Z`);
  // 2026-02-31 would be taken for a day of March.
  return DAY.test(value) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value) ? day : null;
}

function isField(name: string): boolean {
  return FIELDS.some((field) => field === name);
}

function unknownField(name: string): ParsedAuditFilter {
  return { ok: false, fault: `there is no field ${name}; there are ${FIELDS.join(', ')}` };
}
