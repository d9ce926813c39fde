import type { Policy, PolicyWithCount } from '../../../model/policy.ts';
import { describeWindow } from '../../../model/weekly-window.ts';
import type { Cell, Column } from '../../components/columns.ts';
import { formatCount } from '../../format/numbers.ts';

export const policyColumns: readonly Column<PolicyWithCount>[] = [
  { id: 'id', title: '#', width: 4, align: 'right', priority: 0, cell: ({ id }) => id },
  { id: 'name', title: 'NAME', width: 20, grow: 2, maxWidth: 36, priority: 0, cell: nameCell },
  { id: 'scope', title: 'SCOPE', width: 6, priority: 7, cell: ({ shared }) => (shared ? 'shared' : 'own') },
  {
    id: 'vendor',
    title: 'VENDOR',
    width: 7,
    grow: 1,
    maxWidth: 12,
    priority: 1,
    cell: ({ vendor }) => wildcard(vendor),
  },
  { id: 'model', title: 'MODEL', width: 10, grow: 1, maxWidth: 18, priority: 1, cell: ({ model }) => wildcard(model) },
  { id: 'site', title: 'SITE', width: 5, grow: 1, maxWidth: 10, priority: 1, cell: ({ site }) => wildcard(site) },
  { id: 'priority', title: 'PRIO', width: 4, align: 'right', priority: 5, cell: ({ priority }) => String(priority) },
  {
    id: 'specificity',
    title: 'SPEC',
    width: 4,
    align: 'right',
    priority: 9,
    cell: ({ specificity }) => String(specificity),
  },
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
    priority: 6,
    cell: ({ maxCriticalErrors }) => String(maxCriticalErrors),
  },
  {
    id: 'data-age',
    title: 'DATA ≤',
    width: 7,
    align: 'right',
    priority: 8,
    cell: ({ maxDataAgeSeconds }) => `${maxDataAgeSeconds} s`,
  },
  { id: 'window', title: 'WINDOW', width: 24, grow: 2, maxWidth: 40, priority: 4, cell: windowCell },
  { id: 'active', title: 'ACTIVE', width: 6, priority: 3, cell: ({ isActive }) => (isActive ? 'yes' : 'no') },
  {
    id: 'routers',
    title: 'ROUTERS',
    width: 7,
    align: 'right',
    priority: 0,
    cell: ({ routers }) => formatCount(routers),
  },
];

/** `any` for what a policy does not ask about. */
function wildcard(value: string | null): Cell {
  return value === null ? [{ tone: 'muted', text: 'any' }] : value;
}

/** Said before the name, so that no narrow column cuts it off. */
function nameCell({ name, isActive }: Policy): Cell {
  return isActive ? name : [{ tone: 'disabled', text: `(off) ${name}` }];
}

function windowCell({ window }: Policy): Cell {
  return window === null ? [{ tone: 'muted', text: 'none' }] : describeWindow(window);
}
