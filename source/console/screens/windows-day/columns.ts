import type { CalendarEntry } from '../../../model/calendar.ts';
import type { FilterField, FilterSchema } from '../../../model/filter/fields.ts';
import type { Column } from '../../components/columns.ts';
import { KIND_WORDS } from '../windows/entry-words.ts';

/** Something that lies on the day, in words. */
export interface DayRow {
  readonly entry: CalendarEntry;
  readonly times: string;
  readonly title: string;
  readonly place: string;
  /** Its times in its own zone, where that is another one. */
  readonly own: string;
  readonly by: string;
}

export const dayColumns: readonly Column<DayRow>[] = [
  { id: 'time', title: 'TIME', width: 11, priority: 0, cell: ({ times }) => times },
  { id: 'kind', title: 'KIND', width: 8, priority: 0, cell: ({ entry }) => [toKind(entry.kind)] },
  { id: 'what', title: 'WHAT', width: 24, grow: 3, maxWidth: 60, priority: 0, cell: ({ title }) => title },
  { id: 'site', title: 'SITE', width: 10, grow: 1, maxWidth: 24, priority: 1, cell: ({ place }) => place },
  { id: 'own', title: 'IN ITS ZONE', width: 12, grow: 2, maxWidth: 40, priority: 2, cell: ({ own }) => own },
  { id: 'by', title: 'BY', width: 8, grow: 1, maxWidth: 16, priority: 3, cell: ({ by }) => by },
];

function toKind(kind: CalendarEntry['kind']) {
  const { word, tone } = KIND_WORDS[kind];
  return { tone, text: word };
}

/** What can be asked of a day. */
export const dayFilterSchema: FilterSchema<DayRow> = {
  fields: new Map<string, FilterField<DayRow>>([
    ['kind', { kind: 'text', read: ({ entry }) => KIND_WORDS[entry.kind].word, offered: true }],
    ['what', { kind: 'text', read: ({ title }) => title }],
    ['site', { kind: 'text', read: ({ place }) => place, offered: true }],
    ['by', { kind: 'text', read: ({ by }) => by, offered: true }],
  ]),
  words: ({ title, place, by }) => [title, place, by],
};
