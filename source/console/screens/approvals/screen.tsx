import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { ApprovalInbox } from '../../../postgres/approval-inbox.ts';
import { Line, Lines } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { formatCount, plural } from '../../format/numbers.ts';
import { outageText } from '../../format/outage.ts';
import { defineScreen } from '../../screen.ts';
import { zoneSlice } from '../../state/session.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useSelector, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part } from '../../text/parts.ts';
import { approvalsRoute } from '../routes.ts';
import { inboxColumns } from './columns.ts';
import { approvalsCommands } from './commands.ts';
import { detailLines } from './detail-lines.ts';
import { loadApprovals } from './load.ts';
import { INBOX_VIEWS, type InboxRow } from './rows.ts';
import {
  decidingSlice,
  detailHeight,
  inboxListSlice,
  inboxMarksSlice,
  inboxSlice,
  inboxViewSlice,
  markedUpgrades,
  rowsIn,
  shownInbox,
} from './state.ts';

/** Ages on the screen move on this often. */
const TICK_MS = 30_000;
const OUTAGE_TICK_MS = 1000;
const EMPTY = {
  mine: 'Nothing waits for you. tab shows what waits for others.',
  others: 'Nothing waits for anybody else. tab shows what waits for you.',
} as const;
const TITLES = { mine: 'for you', others: 'for others' } as const;

function ApprovalsScreen(): ReactNode {
  const services = useServices();
  const { theme } = services;
  const { columns: width, rows: height } = useBody();
  const loaded = useSlice(inboxSlice);
  const view = useSlice(inboxViewSlice);
  const list = useSlice(inboxListSlice);
  const marks = useSlice(inboxMarksSlice);
  const zone = useSlice(zoneSlice);
  const deciding = useSlice(decidingSlice);
  const rows = useSelector((from) => rowsIn(from, view));
  const now = useNow(loaded.failed ? OUTAGE_TICK_MS : TICK_MS);
  const below = detailHeight(height);
  const current = rows[list.cursor];
  const detail = current === undefined ? [] : detailLines(current, zone, now);
  const tabs = INBOX_VIEWS.flatMap((name): readonly Part[] => [
    {
      tone: name === view ? 'key' : 'muted',
      text: `${name === view ? '●' : ' '}${TITLES[name]} ${formatCount(rowsIn(services, name).length)}`,
    },
    '   ',
  ]);
  const note: readonly Part[] = loaded.failed
    ? [{ tone: 'bad', text: outageText(loaded.readAt, now) }]
    : deciding === null
      ? rulesNote(loaded.inbox)
      : [{ tone: 'accent', text: `${deciding.verb} ${deciding.done} of ${deciding.total} … x stops` }];
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={fitParts(theme, [' ', ...tabs], width)} />
      <Line text={fitParts(theme, [' ', ...note], width)} />
      <Table
        columns={inboxColumns[zone]}
        count={rows.length}
        rowAt={(index) => rows[index]}
        list={list}
        width={width}
        height={height - 2 - below}
        isMarked={(row: InboxRow) => row.kind === 'upgrade' && marks.has(row.upgrade.id)}
        empty={loaded.inbox === null ? 'Reading what waits …' : EMPTY[view]}
      />
      {below === 0 ? null : <Line text={theme.paint('border', '─'.repeat(width))} />}
      {below === 0 ? null : <Lines lines={detail.slice(0, below - 1).map((line) => fitParts(theme, line, width))} />}
    </Box>
  );
}

function rulesNote(inbox: ApprovalInbox | null): readonly Part[] {
  if (inbox === null) return [];
  const { rules, total, upgrades } = inbox;
  const words = [
    rules.approvers === 1
      ? 'Nobody approves what they asked for.'
      : 'Two people approve each, neither of them who asked.',
    ...(rules.expiresHours === null ? [] : [`An approval holds for ${rules.expiresHours} h.`]),
    ...(rules.referenceRequired ? ['Each names its change.'] : []),
  ];
  const more = total - upgrades.length;
  return [
    { tone: 'muted', text: words.join(' ') },
    { tone: 'warn', text: more > 0 ? `  ${formatCount(more)} more wait: these come first.` : '' },
  ];
}

export const approvalsScreen = defineScreen({
  route: approvalsRoute,
  component: ApprovalsScreen,
  commands: approvalsCommands,
  status(services) {
    const { rows, list } = shownInbox(services);
    if (rows.length === 0) return '';
    const marked = markedUpgrades(services).length;
    return `${list.cursor + 1} of ${plural(rows.length, 'item')}${marked === 0 ? '' : ` · ${marked} marked`}`;
  },
  load: (services, _params, signal) => loadApprovals(services, signal),
});
