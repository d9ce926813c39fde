import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line, Lines } from '../../components/line.tsx';
import { formatScroll } from '../../format/scroll.ts';
import { defineScreen } from '../../screen.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part } from '../../text/parts.ts';
import { wrapLine } from '../../text/wrap.ts';
import { outputRoute } from '../routes.ts';
import { outputCommands } from './commands.ts';
import { headLines } from './head.ts';
import { loadOutput } from './load.ts';
import { HEAD_LINES, outputLines, outputScroll, scrollOf } from './scroll.ts';
import { isLive, type LoadedOutput, notRead, outputSlice, outputStepSlice, outputTopSlice } from './state.ts';

/** How long ago something was kept is drawn anew this often. */
const TICK_MS = 1000;

function OutputScreen({ params }: { readonly params: { readonly upgradeId: string } }): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const read = useSlice(outputSlice);
  const loaded = read.upgradeId === params.upgradeId ? read : notRead(params.upgradeId);
  const chosen = useSlice(outputStepSlice);
  const wanted = useSlice(outputTopSlice);
  const now = useNow(isLive(loaded) || loaded.failed ? TICK_MS : null);
  const head = headLines(loaded, chosen, now);
  const room = height - HEAD_LINES;
  const all = loaded.text === null ? [] : outputLines(loaded.text.lines, width - 1);
  const { top } = scrollOf(all.length, room, wanted);
  const body: readonly (readonly Part[])[] =
    loaded.text === null ? instead(loaded, width - 1) : all.slice(top, top + room).map((line) => [line]);
  return (
    <Box flexDirection="column" width={width} height={height}>
      {head.map((parts, index) => (
        <Line key={index} text={fitParts(theme, [' ', ...parts], width)} />
      ))}
      <Lines lines={body.map((parts) => fitParts(theme, [' ', ...parts], width))} />
    </Box>
  );
}

/** What is said where there is no output. */
function instead(loaded: LoadedOutput, width: number): readonly (readonly Part[])[] {
  const { steps, problem } = loaded;
  if (problem !== null) return wrapLine(problem, width).map((text) => [{ tone: 'warn', text }]);
  if (steps === null) return loaded.failed ? [] : [[{ tone: 'muted', text: 'Reading what the device printed …' }]];
  const nothing = isLive(loaded)
    ? 'The device printed nothing yet. What it prints is shown here as it comes, two seconds late at most.'
    : 'Nothing is kept of what the device printed; the steps of the upgrade and its audit trail are. Esc goes back.';
  return wrapLine(nothing, width).map((text) => [{ tone: 'muted', text }]);
}

export const outputScreen = defineScreen({
  route: outputRoute,
  component: OutputScreen,
  commands: outputCommands,
  status(services) {
    const { store } = services;
    const loaded = store.get(outputSlice);
    if (loaded.text === null) return '';
    const follows = store.get(outputTopSlice) === null && store.get(outputStepSlice) === null && isLive(loaded);
    return [formatScroll(outputScroll(services)), follows ? 'follows' : ''].filter(Boolean).join(' · ');
  },
  load: loadOutput,
});
