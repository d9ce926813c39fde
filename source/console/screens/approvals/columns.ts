import { failingGates } from '../../../model/gate.ts';
import { countsOf } from '../../format/plan-words.ts';
import { plural } from '../../format/numbers.ts';
import { formatSchedule } from '../../format/schedule.ts';
import { type ClockMode, formatTime } from '../../format/times.ts';
import type { Cell, Column } from '../../components/columns.ts';
import type { InboxRow } from './rows.ts';

/** Columns for each way of showing times; made once each, since the table places columns anew for a new array. */
export const inboxColumns: Readonly<Record<ClockMode, readonly Column<InboxRow>[]>> = {
  utc: columns('utc'),
  site: columns('site'),
};

function columns(mode: ClockMode): readonly Column<InboxRow>[] {
  return [
    { id: 'id', title: 'ID', width: 6, align: 'right', priority: 0, cell: idCell },
    { id: 'what', title: 'WHAT', width: 16, grow: 1, maxWidth: 32, priority: 0, cell: whatCell },
    { id: 'site', title: 'SITE', width: 5, grow: 1, maxWidth: 12, priority: 3, cell: siteCell },
    { id: 'versions', title: 'FROM → TO', width: 21, grow: 1, maxWidth: 34, priority: 1, cell: versionsCell },
    { id: 'gates', title: 'GATES', width: 10, priority: 0, cell: gatesCell },
    { id: 'requester', title: 'ASKED BY', width: 9, grow: 1, maxWidth: 16, priority: 0, cell: requesterCell },
    { id: 'approvals', title: 'APPROVED BY', width: 11, priority: 4, cell: approvalsCell },
    { id: 'start', title: 'START', width: 24, grow: 2, maxWidth: 48, priority: 2, cell: (row) => startCell(row, mode) },
    { id: 'requested', title: 'ASKED', width: 22, priority: 5, cell: (row) => requestedCell(row, mode) },
  ];
}

function idCell(row: InboxRow): Cell {
  return row.kind === 'plan' ? 'plan' : row.upgrade.id;
}

function whatCell(row: InboxRow): Cell {
  if (row.kind === 'upgrade') return row.upgrade.hostname;
  const { plan } = row.pending;
  if (plan.state === 'stopped') return [{ tone: 'bad', text: `✖ stopped at wave ${plan.openWave}` }];
  return [{ tone: 'warn', text: `◌ wave ${plan.openWave + 1} of ${plan.waves}` }];
}

function siteCell(row: InboxRow): Cell {
  return row.kind === 'plan' ? '' : (row.upgrade.site ?? '–');
}

function versionsCell(row: InboxRow): Cell {
  if (row.kind === 'plan') return plural(countsOf(row.pending.plan.counts).waiting, 'upgrade waits', 'upgrades wait');
  return [row.upgrade.fromVersion, { tone: 'muted', text: ' → ' }, row.upgrade.toVersion];
}

function gatesCell(row: InboxRow): Cell {
  if (row.kind === 'plan') return '';
  const { gates } = row.upgrade;
  const failing = failingGates(gates).length;
  if (gates.length === 0) return [{ tone: 'warn', text: '? none' }];
  return failing === 0
    ? [{ tone: 'good', text: `✔ all ${gates.length}` }]
    : [{ tone: 'bad', text: `✖ ${failing} of ${gates.length}` }];
}

function requesterCell(row: InboxRow): Cell {
  return row.kind === 'plan' ? row.pending.requestedBy : row.upgrade.requestedBy;
}

function approvalsCell(row: InboxRow): Cell {
  return row.kind === 'plan' ? '' : row.upgrade.approvals.map(({ name }) => name).join(', ');
}

function startCell(row: InboxRow, mode: ClockMode): Cell {
  return row.kind === 'plan' ? '' : formatSchedule(row.upgrade.schedule, mode, row.upgrade.timeZone);
}

function requestedCell(row: InboxRow, mode: ClockMode): Cell {
  return row.kind === 'plan' ? '' : formatTime(row.upgrade.requestedAt, mode, row.upgrade.timeZone);
}
