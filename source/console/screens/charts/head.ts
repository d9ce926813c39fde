import { ago } from '../../format/age.ts';
import { plural } from '../../format/numbers.ts';
import { formatTime } from '../../format/times.ts';
import type { Part } from '../../text/parts.ts';
import { FIGURES, WINDOWS } from './figures.ts';
import type { Picture } from './picture.ts';

const HOUR_MS = 3_600_000;

/** What is shown, of whom, with which limits. */
export function headParts({ figure, window, routers, limits, steps }: Picture): readonly Part[] {
  const [first, second] = steps.starts;
  const step = first === undefined || second === undefined ? '' : ` by ${stepWords(second - first)}`;
  const [only] = routers;
  return [
    { tone: 'title', text: FIGURES[figure].title },
    `  ${WINDOWS[window].title}${step}`,
    { tone: 'muted', text: `  ${routers.length === 1 ? (only?.hostname ?? '') : plural(routers.length, 'router')}` },
    ...limits.map(({ text }): Part => ({ tone: 'warn', text: `  ${text}` })),
  ];
}

/** How old it is while it cannot be read anew, and what of the window nothing is kept of. */
export function noteParts({ read, record, window, lines }: Picture, now: number): readonly Part[] {
  const notes: Part[] = [' '];
  if (read.failed)
    notes.push({
      tone: 'bad',
      text: `telemetry does not answer${read.readAt === null ? '' : `: as of ${ago(now - read.readAt)}`} `,
    });
  if (record.failed) notes.push({ tone: 'bad', text: 'no limits and upgrades: PostgreSQL does not answer ' });
  const [history] = lines.map(({ line }) => line.history);
  if (history === undefined) return notes;
  const [bucket] = history.unreadable;
  if (bucket !== undefined) notes.push({ tone: 'warn', text: `${bucket} cannot be read ` });
  else if (history.keptFrom > (read.readAt ?? now) - WINDOWS[window].ms)
    notes.push({ tone: 'muted', text: `nothing kept before ${formatTime(history.keptFrom, 'utc', 'UTC')} ` });
  return notes;
}

/** Said in the middle while there is no line. */
export function emptyText({ read, figure, window }: Picture): string {
  if (read.failed && read.readAt === null) return 'telemetry does not answer; it is asked again';
  if (read.readAt === null) return 'Reading … esc goes back, w takes another window';
  const what = figure === 'traffic' ? 'no interface sent anything' : 'no data';
  return `${what} in the last ${WINDOWS[window].title}; w takes another window`;
}

function stepWords(ms: number): string {
  if (ms >= 28 * 24 * HOUR_MS) return 'month';
  if (ms % (24 * HOUR_MS) === 0) return `${ms / 24 / HOUR_MS} d`;
  return ms % HOUR_MS === 0 ? `${ms / HOUR_MS} h` : `${Math.round(ms / 60_000)} min`;
}
