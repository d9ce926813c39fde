import type { Policy, PolicyWithCount } from '../../../model/policy.ts';
import { describeWindow } from '../../../model/weekly-window.ts';
import type { Cell, Column } from '../../components/columns.ts';
import { formatCount } from '../../format/numbers.ts';

/** Rank order is the order of the rows: there is no sort to choose. */
export const policyColumns: readonly Column<PolicyWithCount>[] = [
  { id: 'id', title: '#', width: 4, align: 'right', priority: 0, cell: ({ id }) => id },
  { id: 'name', title: 'NAME', width: 18, grow: 2, maxWidth: 36, priority: 0, cell: nameCell },
  { id: 'scope', title: 'SCOPE', width: 6, priority: 6, cell: ({ shared }) => (shared ? 'shared' : 'own') },
  { id: 'vendor', title: 'VENDOR', width: 8, priority: 1, cell: ({ vendor }) => wildcard(vendor) },
  { id: 'model', title: 'MODEL', width: 11, grow: 1, maxWidth: 18, priority: 1, cell: ({ model }) => wildcard(model) },
  { id: 'site', title: 'SITE', width: 5, grow: 1, maxWidth: 10, priority: 1, cell: ({ site }) => wildcard(site) },
  { id: 'priority', title: 'PRIO', width: 4, align: 'right', priority: 7, cell: ({ priority }) => String(priority) },
  {
    id: 'cpu',
    title: 'CPU ≤',
    width: 5,
    align: 'right',
    priority: 2,
    cell: ({ maxCpuPercent }) => `${maxCpuPercent}%`,
  },
  {
    id: 'memory',
    title: 'MEM ≥',
    width: 5,
    align: 'right',
    priority: 2,
    cell: ({ minFreeMemPercent }) => `${minFreeMemPercent}%`,
  },
  {
    id: 'errors',
    title: 'ERR ≤',
    width: 5,
    align: 'right',
    priority: 4,
    cell: ({ maxCriticalErrors }) => String(maxCriticalErrors),
  },
  { id: 'window', title: 'WINDOW', width: 28, grow: 1, maxWidth: 40, priority: 5, cell: windowCell },
  {
    id: 'routers',
    title: 'ROUTERS',
    width: 8,
    align: 'right',
    priority: 0,
    cell: ({ routers }) => formatCount(routers),
  },
];

/** `any` for what a policy does not ask about. */
function wildcard(value: string | null): Cell {
  return value === null ? [{ tone: 'muted', text: 'any' }] : value;
}

function nameCell({ name, isActive }: Policy): Cell {
  return isActive ? name : [{ tone: 'disabled', text: `${name} (off)` }];
}

function windowCell({ window }: Policy): Cell {
  return window === null ? [{ tone: 'muted', text: 'none' }] : describeWindow(window);
}
