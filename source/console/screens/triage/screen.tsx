import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line, Lines } from '../../components/line.tsx';
import { formatAge } from '../../format/age.ts';
import { formatCount } from '../../format/numbers.ts';
import { outageText } from '../../format/outage.ts';
import { type FleetProgress, fleetProgressSlice } from '../../loaders/fleet.ts';
import { defineScreen } from '../../screen.ts';
import { zoneSlice } from '../../state/session.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useSelector, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part, spreadParts } from '../../text/parts.ts';
import { triageRoute } from '../routes.ts';
import { triageCommands } from './commands.ts';
import { lineParts } from './line-parts.ts';
import { loadTriage } from './load.ts';
import { earlierSlice, HEAD_LINES, pulseSlice, type ShownPulse, shownPulse, upgradePulseSlice } from './state.ts';

/** Ages on the screen move on this often. */
const TICK_MS = 10_000;
const OUTAGE_TICK_MS = 1000;
/** Older figures than this are said to be old. */
const OLD_MS = 120_000;

function TriageScreen(): ReactNode {
  const { theme, membership } = useServices();
  const { columns: width, rows: height } = useBody();
  const pulse = useSlice(pulseSlice);
  const earlier = useSlice(earlierSlice);
  const zone = useSlice(zoneSlice);
  const progress = useSlice(fleetProgressSlice);
  const { failed, readAt } = useSlice(upgradePulseSlice);
  const { lines, list } = useSelector(shownPulse, sameLines);
  const now = useNow(failed ? OUTAGE_TICK_MS : TICK_MS);
  const shown = lines.slice(list.top, list.top + height - HEAD_LINES);
  const setting = {
    earlier: typeof earlier === 'string' ? null : earlier,
    role: membership().role,
    zone,
    now,
    width,
  };
  const note: Part = failed ? { tone: 'bad', text: outageText(readAt, now) } : healthNote(progress, now);
  const drawn = shown.map((line, index) => {
    const current = list.top + index === list.cursor;
    const text = fitParts(
      theme,
      [current ? { tone: 'accent', text: '▌' } : ' ', ' ', ...lineParts(line, setting)],
      width,
    );
    return current ? theme.paint('selected', text) : text;
  });
  const routers = pulse === null ? '' : `${formatCount(pulse.routers)} routers, last 2 h`;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line
        text={spreadParts(theme, ['  ', routers, '   ', note], [...(failed ? [] : [comparison(earlier)]), ' '], width)}
      />
      {pulse === null ? (
        <Line text={theme.paint('muted', '  Reading the fleet and its health …')} />
      ) : (
        <Lines lines={drawn} />
      )}
    </Box>
  );
}

function sameLines(left: ShownPulse, right: ShownPulse): boolean {
  const [a, b] = [left.list, right.list];
  return left.lines === right.lines && a.cursor === b.cursor && a.top === b.top;
}

function comparison(earlier: unknown): Part {
  if (earlier === 'reading') return { tone: 'muted', text: 'reading the two hours before …' };
  if (earlier === 'none') return { tone: 'muted', text: 'no readings before the last two hours' };
  if (earlier === 'failed') return { tone: 'bad', text: 'the two hours before cannot be read' };
  return { tone: 'muted', text: '▲ worse ▼ better than 2 h before' };
}

/** Whether the figures are fresh: what is wrong may have been mended since, or be worse. */
function healthNote({ healthAt, healthFailed }: FleetProgress, now: number): Part {
  if (healthAt === null)
    return healthFailed ? { tone: 'bad', text: 'telemetry does not answer: nothing is known' } : '';
  const age = now - healthAt;
  if (age > OLD_MS || healthFailed) {
    return { tone: 'bad', text: `${healthFailed ? 'telemetry does not answer: ' : ''}as of ${formatAge(age)} ago` };
  }
  return '';
}

export const triageScreen = defineScreen({
  route: triageRoute,
  component: TriageScreen,
  commands: triageCommands,
  status(services) {
    const { lines, list } = shownPulse(services);
    return lines.length === 0 ? '' : `${list.cursor + 1} of ${lines.length} lines`;
  },
  load: (services, _params, signal) => loadTriage(services, signal),
});
