import { Box } from 'ink';
import type { ReactNode } from 'react';
import { fieldParts } from '../../components/field-parts.ts';
import { Line, Lines } from '../../components/line.tsx';
import { Table } from '../../components/table.tsx';
import { formatCount } from '../../format/numbers.ts';
import { outageText } from '../../format/outage.ts';
import { defineScreen } from '../../screen.ts';
import { textTarget } from '../../state/text-state.ts';
import { useNow } from '../../state/use-now.ts';
import { useBody, useServices, useSlice } from '../../state/use-selector.ts';
import { fitParts, type Part } from '../../text/parts.ts';
import { auditRoute } from '../routes.ts';
import { chainParts } from './chain-parts.ts';
import { auditColumns } from './columns.ts';
import { auditCommands } from './commands.ts';
import { rowLines } from './diff-lines.ts';
import { loadAudit } from './load.ts';
import {
  type AuditFilterState,
  auditFilterSlice,
  auditListSlice,
  auditSlice,
  detailHeight,
  HEAD_LINES,
  MOST_ROWS,
  setFilterText,
} from './state.ts';

/** Ages on the screen move on this often. */
const TICK_MS = 10_000;
const OUTAGE_TICK_MS = 1000;
const FILTER_WIDTH = 60;

function AuditScreen(): ReactNode {
  const { theme } = useServices();
  const { columns: width, rows: height } = useBody();
  const { rows, chain, readAt, failed } = useSlice(auditSlice);
  const filter = useSlice(auditFilterSlice);
  const list = useSlice(auditListSlice);
  const now = useNow(failed ? OUTAGE_TICK_MS : TICK_MS);
  const below = detailHeight(height);
  const row = rows?.[list.cursor];
  const state: readonly Part[] = failed ? [{ tone: 'bad', text: outageText(readAt, now) }] : chainParts(chain, now);
  const detail = row === undefined ? [] : rowLines(row).slice(0, below - 1);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line text={fitParts(theme, [' ', ...state], width)} />
      <Line text={fitParts(theme, [' ', ...filterParts(filter)], width)} />
      <Table
        columns={auditColumns}
        count={rows?.length ?? 0}
        rowAt={(index) => rows?.[index]}
        list={list}
        width={width}
        height={height - HEAD_LINES + 1 - below}
        empty={rows === null ? 'Reading the audit trail …' : emptyText(filter)}
      />
      {below === 0 ? null : <Line text={theme.paint('border', '─'.repeat(width))} />}
      {below === 0 ? null : <Lines lines={detail.map((line) => fitParts(theme, [' ', line], width))} />}
    </Box>
  );
}

function filterParts({ open, text, fault }: AuditFilterState): readonly Part[] {
  if (fault !== null || open || text.value !== '') {
    const field: readonly Part[] = open ? fieldParts(text, { focused: true, width: FILTER_WIDTH }) : [text.value];
    const wrong: Part = fault === null ? '' : { tone: 'bad', text: `  ${fault}` };
    return [{ tone: open ? 'key' : 'muted', text: 'filter: ' }, ...field, wrong];
  }
  return [{ tone: 'muted', text: `The newest ${formatCount(MOST_ROWS)} rows at most, as they come; / filters.` }];
}

function emptyText({ text }: AuditFilterState): string {
  return text.value === ''
    ? 'Nothing was audited yet. What people, workers and agents do appears here by itself.'
    : 'No row fits the filter; esc takes it away.';
}

export const auditScreen = defineScreen({
  route: auditRoute,
  component: AuditScreen,
  commands: auditCommands,
  focus: (services) =>
    services.store.get(auditFilterSlice).open
      ? textTarget(
          () => services.store.get(auditFilterSlice).text,
          (text) => setFilterText(services, text),
        )
      : null,
  status({ store }) {
    const count = store.get(auditSlice).rows?.length ?? 0;
    if (count === 0) return '';
    const { cursor } = store.get(auditListSlice);
    return `${formatCount(cursor + 1)} of ${formatCount(count)} rows${cursor === 0 ? ' · follows' : ''}`;
  },
  load: (services, _params, signal) => loadAudit(services, signal),
});
