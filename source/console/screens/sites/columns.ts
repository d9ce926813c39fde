import type { SiteOverview } from '../../../postgres/site-overview.ts';
import type { Cell, Column } from '../../components/columns.ts';
import { formatCount } from '../../format/numbers.ts';
import type { Tone } from '../../theme/tones.ts';

export const siteColumns: readonly Column<SiteOverview>[] = [
  { id: 'name', title: 'SITE', width: 12, grow: 1, maxWidth: 24, priority: 0, cell: ({ name }) => name },
  { id: 'city', title: 'CITY', width: 10, grow: 1, maxWidth: 24, priority: 3, cell: ({ city }) => city },
  { id: 'zone', title: 'TIME ZONE', width: 18, grow: 1, maxWidth: 30, priority: 4, cell: ({ timeZone }) => timeZone },
  {
    id: 'routers',
    title: 'ROUTERS',
    width: 7,
    align: 'right',
    priority: 0,
    cell: ({ routers }) => formatCount(routers),
  },
  {
    id: 'not-active',
    title: 'OFF',
    width: 5,
    align: 'right',
    priority: 2,
    cell: ({ notActive }) => counted(notActive, 'warn'),
  },
  {
    id: 'waiting',
    title: 'WAITING',
    width: 7,
    align: 'right',
    priority: 1,
    cell: ({ waiting }) => counted(waiting, 'warn'),
  },
  {
    id: 'begun',
    title: 'RUNNING',
    width: 7,
    align: 'right',
    priority: 0,
    cell: ({ begun }) => counted(begun, 'accent'),
  },
  { id: 'transfer', title: 'IMAGES', width: 14, priority: 1, cell: transferCell },
  { id: 'url', title: 'FROM', width: 16, grow: 2, priority: 5, cell: ({ url }) => url ?? '' },
];

function counted(count: number, tone: Tone): Cell {
  return [{ tone: count === 0 ? 'muted' : tone, text: formatCount(count) }];
}

/** `push`: the worker sends them; `pull`: devices fetch them; neither: as the worker's settings say. */
function transferCell({ transfer }: SiteOverview): Cell {
  return transfer === null ? [{ tone: 'muted', text: 'as elsewhere' }] : transfer;
}
