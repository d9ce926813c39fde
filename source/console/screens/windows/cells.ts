import type { CalendarEntry, Day } from '../../../model/calendar.ts';
import type { Part } from '../../text/parts.ts';
import { KIND_WORDS, placeOf, timesOn, titleOf } from './entry-words.ts';

type Line = readonly Part[];

/** A day in the grid. */
export interface DayCell {
  readonly day: Day;
  readonly entries: readonly CalendarEntry[];
  readonly chosen: boolean;
  readonly today: boolean;
  /** False: a day of the month before or after. */
  readonly inside: boolean;
}

/** With fewer lines than this below the number of a day, things are only counted. */
const LEAST_LINES = 2;

/** A day in so many lines: its number, then what lies on it, or how much of each kind. */
export function cellLines(cell: DayCell, zone: string, height: number): readonly Line[] {
  const { entries } = cell;
  const room = height - 1;
  const lines = room < LEAST_LINES ? [countLine(entries)] : entryLines(cell, zone, room);
  return [headLine(cell), ...lines, ...Array.from({ length: Math.max(0, room - lines.length) }, (): Line => [])];
}

function headLine({ day, chosen, today, inside }: DayCell): Line {
  const number = String(Number(day.slice(8)));
  const mark: Part = chosen ? { tone: 'key', text: '▌' } : ' ';
  const tone = chosen ? 'cursor' : today ? 'accent' : inside ? 'title' : 'muted';
  return [mark, { tone, text: number }, { tone: 'accent', text: today ? ' today' : '' }];
}

/** `B1 U2 W3` */
function countLine(entries: readonly CalendarEntry[]): Line {
  const kinds = ['blackout', 'upgrades', 'window'] as const;
  return kinds.flatMap((kind): readonly Part[] => {
    const own = entries.filter((entry) => entry.kind === kind);
    const count = own.reduce((sum, entry) => sum + (entry.kind === 'upgrades' ? entry.upgrades.count : 1), 0);
    const { word, tone } = KIND_WORDS[kind];
    return count === 0 ? [] : [' ', { tone, text: `${word.slice(0, 1).toUpperCase()}${count}` }];
  });
}

function entryLines({ day, entries }: DayCell, zone: string, room: number): readonly Line[] {
  const fits = entries.length <= room ? entries.length : room - 1;
  const lines = entries.slice(0, fits).map((entry): Line => {
    const { word, tone } = KIND_WORDS[entry.kind];
    const letter = word.slice(0, 1).toUpperCase();
    const what = entry.kind === 'blackout' ? placeOf(entry) : titleOf(entry).replace(/^#\d+ /u, '');
    const times = timesOn(entry, day, zone);
    // Blackouts often last all day, which their place in front says.
    return [' ', { tone, text: `${letter} ${times === 'all day' ? '' : `${times.replace(/–.*$/u, '')} `}${what}` }];
  });
  const more = entries.length - fits;
  return more === 0 ? lines : [...lines, [{ tone: 'muted', text: ` +${more} more` }]];
}
