import type { Column } from '../../components/columns.ts';
import { statusParts } from '../../format/upgrade-status.ts';
import { percentCell, progressCell, type UpgradeRow } from '../upgrades/columns.ts';

/** The upgrades of a plan. */
export const planColumns: readonly Column<UpgradeRow>[] = [
  {
    id: 'wave',
    title: 'WAVE',
    width: 4,
    align: 'right',
    priority: 0,
    cell: ({ plan }) => (plan === null ? '' : String(plan.wave)),
  },
  { id: 'id', title: 'ID', width: 6, align: 'right', priority: 1, cell: ({ id }) => id },
  {
    id: 'hostname',
    title: 'HOSTNAME',
    width: 16,
    grow: 1,
    maxWidth: 32,
    priority: 0,
    cell: ({ hostname }) => hostname,
  },
  {
    id: 'status',
    title: 'STATUS',
    width: 20,
    priority: 0,
    cell: ({ status, wanted, dryRun }) => statusParts(status, wanted, dryRun),
  },
  { id: 'progress', title: 'PROGRESS', width: 19, priority: 0, cell: progressCell },
  { id: 'percent', title: 'DONE', width: 4, align: 'right', priority: 0, cell: percentCell },
  { id: 'site', title: 'SITE', width: 5, grow: 1, maxWidth: 12, priority: 2, cell: ({ site }) => site ?? '–' },
  { id: 'outcome', title: 'WHY', width: 30, grow: 3, priority: 3, cell: ({ outcome }) => outcome ?? '' },
];
