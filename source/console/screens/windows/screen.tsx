import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line, Lines } from '../../components/line.tsx';
import { plural } from '../../format/numbers.ts';
import { outageText } from '../../format/outage.ts';
import { defineScreen } from '../../screen.ts';
import type { ConsoleServices } from '../../services.ts';
import { zoneSlice } from '../../state/session.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part, spreadParts } from '../../text/parts.ts';
import { windowsRoute } from '../routes.ts';
import { cellLines } from './cells.ts';
import { windowsCommands } from './commands.ts';
import { KIND_WORDS, ownTimes, placeOf, timesOn, titleOf } from './entry-words.ts';
import { loadCalendar } from './load.ts';
import {
  calendarDaySlice,
  calendarSlice,
  calendarViewSlice,
  entriesOf,
  type ShownCalendar,
  shownCalendar,
} from './state.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
/** Another day comes at midnight; an outage grows older every second. */
const TICK_MS = 60_000;
const OUTAGE_TICK_MS = 1000;
/** Lines around the grid: the note, the weekdays, the rule below. */
const AROUND = 3;
/** Lines for what lies on the chosen day, at least. */
const LEAST_BELOW = 5;
const MOST_CELL_LINES = 7;
const MOST_WEEK_LINES = 16;

type LineParts = readonly Part[];

function WindowsScreen(): ReactNode {
  const services = useServices();
  const { theme } = services;
  const { columns: width, rows: height } = useBody();
  const { failed } = useSlice(calendarSlice);
  // The same state is read below, through the services.
  useSlice(calendarDaySlice);
  useSlice(calendarViewSlice);
  useSlice(zoneSlice);
  const now = useNow(failed ? OUTAGE_TICK_MS : TICK_MS);
  const shown = shownCalendar(services);
  const weeks = shown.days.length / 7;
  const most = weeks === 1 ? MOST_WEEK_LINES : MOST_CELL_LINES;
  const cellHeight = Math.max(2, Math.min(most, Math.floor((height - AROUND - LEAST_BELOW) / weeks)));
  const grid = gridLines(services, shown, width, cellHeight);
  const below = Math.max(0, height - AROUND - grid.length);
  const month = `${shown.day.slice(0, 7)}${weeks === 1 ? ` week of ${shown.days[0] ?? ''}` : ''}`;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line
        text={spreadParts(
          theme,
          [' ', { tone: 'title', text: month }, '  ', noteOf(services, now)],
          [{ tone: 'muted', text: `days and times: ${shown.zone} ` }],
          width,
        )}
      />
      <Line text={fitParts(theme, weekdayParts(Math.floor(width / 7)), width)} />
      <Lines lines={grid} />
      <Line text={theme.paint('border', '─'.repeat(width))} />
      <Lines lines={dayLines(services, shown, below).map((parts) => fitParts(theme, parts, width))} />
    </Box>
  );
}

function noteOf({ store }: ConsoleServices, now: number): Part {
  const { sources, failed, readAt } = store.get(calendarSlice);
  if (failed) return { tone: 'bad', text: outageText(readAt, now) };
  if (sources === null) return { tone: 'muted', text: 'Reading the calendar …' };
  return { tone: 'muted', text: 'W window  U upgrades  B blackout' };
}

function weekdayParts(width: number): LineParts {
  return WEEKDAYS.map((name) => ({ tone: 'header', text: ` ${name}`.padEnd(width) }));
}

function gridLines(services: ConsoleServices, shown: ShownCalendar, width: number, height: number): readonly string[] {
  const { theme } = services;
  const cellWidth = Math.floor(width / 7);
  const cells = shown.days.map((day) =>
    cellLines(
      {
        day,
        entries: entriesOf(services, shown, day),
        chosen: day === shown.day,
        today: day === shown.today,
        inside: shown.view === 'week' || day.slice(0, 7) === shown.day.slice(0, 7),
      },
      shown.zone,
      height,
    ).map((parts) => `${fitParts(theme, parts, cellWidth - 1)} `),
  );
  const rest = ' '.repeat(width - cellWidth * 7);
  return Array.from({ length: shown.days.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7)).flatMap(
    (row) => Array.from({ length: height }, (_, line) => row.map((cell) => cell[line] ?? '').join('') + rest),
  );
}

/** What lies on the chosen day. */
function dayLines(services: ConsoleServices, shown: ShownCalendar, room: number): readonly LineParts[] {
  const entries = entriesOf(services, shown, shown.day);
  const weekday = WEEKDAYS[shown.days.indexOf(shown.day) % 7] ?? '';
  const head: LineParts = [
    ' ',
    { tone: 'title', text: `${weekday} ${shown.day}` },
    { tone: 'muted', text: entries.length === 0 ? '  nothing lies on this day; a adds a blackout' : '' },
  ];
  const space = Math.max(0, room - 1);
  const fits = entries.length <= space ? entries.length : Math.max(0, space - 1);
  const lines = entries.slice(0, fits).map((entry): LineParts => {
    const { word, tone } = KIND_WORDS[entry.kind];
    const own = ownTimes(entry, shown.zone);
    return [
      `  ${timesOn(entry, shown.day, shown.zone).padEnd(11)}  `,
      { tone, text: word.padEnd(8) },
      `  ${titleOf(entry)}`,
      { tone: 'muted', text: `  ${placeOf(entry)}${own === '' ? '' : `  (${own})`}` },
    ];
  });
  const more = entries.length - fits;
  return [head, ...lines, ...(more === 0 ? [] : [[{ tone: 'muted', text: `  +${more} more: ↵ lists all` }] as const])];
}

export const windowsScreen = defineScreen({
  route: windowsRoute,
  component: WindowsScreen,
  commands: windowsCommands,
  status(services) {
    const shown = shownCalendar(services);
    return `${shown.day} · ${plural(entriesOf(services, shown, shown.day).length, 'entry', 'entries')}`;
  },
  load: (services, _params, signal) => loadCalendar(services, signal),
});
