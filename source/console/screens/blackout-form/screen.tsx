import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line, Lines } from '../../components/line.tsx';
import { formLines, formTop } from '../../forms/form-lines.ts';
import { formTarget } from '../../forms/form.ts';
import { defineScreen } from '../../screen.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts } from '../../text/parts.ts';
import { blackoutFormRoute } from '../routes.ts';
import { loadCalendar } from '../windows/load.ts';
import { blackoutFormCommands } from './commands.ts';
import { blackoutFormBinding, blackoutFormSlice, newBlackoutForm, toldBlackoutFaults } from './state.ts';

/** Lines above the fields: the note and a blank one. */
const HEAD_LINES = 2;

function BlackoutFormScreen(): ReactNode {
  const services = useServices();
  const { theme } = services;
  const { columns: width, rows: height } = useBody();
  const state = useSlice(blackoutFormSlice);
  const room = height - HEAD_LINES;
  const { lines, focused } = formLines(blackoutFormBinding(services), toldBlackoutFaults(services, state), width - 1);
  const top = formTop(lines.length, focused, room);
  const note =
    state.problem === null
      ? ({ tone: 'muted', text: `A time in which no upgrade begins. Times are those of ${state.zone}.` } as const)
      : ({ tone: 'bad', text: `✖ ${state.problem}` } as const);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={fitParts(theme, [' ', note], width)} />
      <Line text="" />
      <Box flexDirection="column" height={room}>
        <Lines lines={lines.slice(top, top + room).map((parts) => fitParts(theme, [' ', ...parts], width))} />
      </Box>
    </Box>
  );
}

export const blackoutFormScreen = defineScreen({
  route: blackoutFormRoute,
  component: BlackoutFormScreen,
  commands: blackoutFormCommands,
  focus: (services) => formTarget(blackoutFormBinding(services)),
  load(services, { visit }, signal) {
    const { store } = services;
    const { zone, visit: last } = store.get(blackoutFormSlice);
    // A form of another visit, reached by going back: it is begun anew.
    if (last !== visit) store.set(blackoutFormSlice, newBlackoutForm(visit, zone));
    return loadCalendar(services, signal);
  },
});
