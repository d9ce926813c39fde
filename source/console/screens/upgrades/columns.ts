import type { Upgrade } from '../../../model/upgrade.ts';
import type { UpgradeProgress } from '../../../postgres/upgrade-progress.ts';
import type { Cell, Column } from '../../components/columns.ts';
import { formatSchedule } from '../../format/schedule.ts';
import { type ClockMode, formatTime } from '../../format/times.ts';
import { statusParts } from '../../format/upgrade-status.ts';

/** A row of the list. */
export interface UpgradeRow extends Upgrade {
  /** How far it is; null where its status says it. */
  readonly progress: UpgradeProgress | null;
}

const WAVE: Column<UpgradeRow> = {
  id: 'wave',
  title: 'WAVE',
  width: 5,
  align: 'right',
  priority: 1,
  cell: ({ plan }) => (plan === null ? '' : `${plan.wave}/${plan.waves}`),
};

interface UpgradeColumns {
  readonly plain: readonly Column<UpgradeRow>[];
  /** Where there are plans. */
  readonly withWaves: readonly Column<UpgradeRow>[];
}

/** Columns for each way of showing times; made once each, since the table places columns anew for a new array. */
export const upgradeColumns: Readonly<Record<ClockMode, UpgradeColumns>> = {
  utc: { plain: columns('utc', false), withWaves: columns('utc', true) },
  site: { plain: columns('site', false), withWaves: columns('site', true) },
};

function columns(mode: ClockMode, waves: boolean): readonly Column<UpgradeRow>[] {
  return [
    { id: 'id', title: 'ID', width: 6, align: 'right', priority: 0, cell: ({ id }) => id },
    {
      id: 'hostname',
      title: 'HOSTNAME',
      width: 16,
      grow: 1,
      maxWidth: 32,
      priority: 0,
      cell: ({ hostname }) => hostname,
    },
    { id: 'site', title: 'SITE', width: 5, grow: 1, maxWidth: 12, priority: 3, cell: ({ site }) => site ?? '–' },
    {
      id: 'status',
      title: 'STATUS',
      width: 20,
      priority: 0,
      cell: ({ status, wanted, dryRun }) => statusParts(status, wanted, dryRun),
    },
    { id: 'progress', title: 'PROGRESS', width: 19, priority: 0, cell: progressCell },
    { id: 'percent', title: 'DONE', width: 4, align: 'right', priority: 0, cell: percentCell },
    ...(waves ? [WAVE] : []),
    {
      id: 'versions',
      title: 'FROM → TO',
      width: 21,
      grow: 1,
      maxWidth: 34,
      priority: 2,
      cell: ({ fromVersion, toVersion }) => [fromVersion, { tone: 'muted', text: ' → ' }, toVersion],
    },
    {
      id: 'start',
      title: 'START',
      width: 24,
      grow: 2,
      maxWidth: 48,
      priority: 4,
      cell: ({ schedule, timeZone }) => formatSchedule(schedule, mode, timeZone),
    },
    { id: 'requester', title: 'REQUESTED BY', width: 12, priority: 1, cell: ({ requestedBy }) => requestedBy },
    { id: 'approver', title: 'APPROVED BY', width: 11, priority: 5, cell: ({ approvedBy }) => approvedBy ?? '–' },
    {
      id: 'requested',
      title: 'REQUESTED',
      width: 22,
      priority: 6,
      cell: ({ requestedAt, timeZone }) => formatTime(requestedAt, mode, timeZone),
    },
  ];
}

/** How much of it is done; empty where its status says it. */
export function percentCell({ progress }: UpgradeRow): Cell {
  return progress === null ? '' : [{ tone: 'muted', text: `${progress.percent}%` }];
}

/** The step that it is at, or what it waits for. */
export function progressCell({ status, requestedBy, progress }: UpgradeRow): Cell {
  if (status === 'pending') return [{ tone: 'muted', text: `asked by ${requestedBy}` }];
  if (progress === null || progress.step === null) return '';
  const { step, position, steps } = progress;
  const text = step === 'rollback' ? step : `${position}/${steps} ${step}`;
  if (status === 'running') return [{ tone: 'accent', text }];
  return [{ tone: status === 'paused' ? 'warn' : 'bad', text }];
}
