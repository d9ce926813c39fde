import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { plural } from '../../format/numbers.ts';
import { outageText } from '../../format/outage.ts';
import { defineScreen } from '../../screen.ts';
import { moveTo } from '../../state/list.ts';
import { zoneSlice } from '../../state/session.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { restoreTable } from '../../tables/remembered.ts';
import { filterParts, NOTHING_FITS, useTable } from '../../tables/use-table.ts';
import { type Part, spreadParts } from '../../text/parts.ts';
import { windowsDayRoute } from '../routes.ts';
import { loadCalendar } from '../windows/load.ts';
import { calendarDaySlice, calendarSlice, zoneOfDays } from '../windows/state.ts';
import { windowsDayCommands } from './commands.ts';
import { dayListSlice, dayTable } from './state.ts';

const OUTAGE_TICK_MS = 1000;

function WindowsDayScreen(): ReactNode {
  const services = useServices();
  const { columns: width, rows: height } = useBody();
  const { sources, readAt, failed } = useSlice(calendarSlice);
  const list = useSlice(dayListSlice);
  useSlice(zoneSlice);
  const { view, columns, sort } = useTable(dayTable);
  const rows = dayTable.rowsShown(services);
  const now = useNow(failed ? OUTAGE_TICK_MS : null);
  const note: Part = failed
    ? { tone: 'bad', text: outageText(readAt, now) }
    : { tone: 'muted', text: `Times in ${zoneOfDays(services)}; z changes the zone.` };
  const empty = 'Nothing lies on this day; a adds a blackout.';
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={spreadParts(services.theme, [' ', note], filterParts(view), width)} />
      <Table
        columns={columns}
        count={rows.length}
        rowAt={(index) => rows[index]}
        // A row less, because a blackout was removed, must not leave the cursor below the last one.
        list={moveTo(list, list.cursor, rows.length, height - 2)}
        width={width}
        height={height - 1}
        sort={sort}
        empty={sources === null ? 'Reading the calendar …' : view.filter === '' ? empty : `Nothing ${NOTHING_FITS}`}
      />
    </Box>
  );
}

export const windowsDayScreen = defineScreen({
  route: windowsDayRoute,
  component: WindowsDayScreen,
  commands: windowsDayCommands,
  status(services) {
    const { length } = dayTable.rowsShown(services);
    const cursor = Math.min(services.store.get(dayListSlice).cursor, length - 1);
    return length === 0 ? '' : `${cursor + 1} of ${plural(length, 'entry', 'entries')}`;
  },
  load(services, { day }, signal) {
    restoreTable(services, dayTable);
    // Whoever goes up again is on the day that was seen last.
    services.store.set<string | null>(calendarDaySlice, day);
    return loadCalendar(services, signal);
  },
});
