import type { RouterDecision } from '../../../agent/decide.ts';
import { failingGates } from '../../../model/gate.ts';
import type { Cell, Column } from '../../components/columns.ts';
import { verdictPart } from '../../format/decision-lines.ts';
import { formatCount } from '../../format/numbers.ts';
import type { SummaryLine } from './summary.ts';

export const summaryColumns: readonly Column<SummaryLine>[] = [
  { id: 'line', title: 'DECISION, AND WHY NOT', width: 28, grow: 1, maxWidth: 40, priority: 0, cell: lineCell },
  {
    id: 'routers',
    title: 'ROUTERS',
    width: 8,
    align: 'right',
    priority: 0,
    cell: ({ routerIds }) => formatCount(routerIds.size),
  },
  { id: 'fail', title: 'FAIL', width: 8, align: 'right', priority: 1, cell: ({ failed }) => countCell(failed, 'bad') },
  {
    id: 'unknown',
    title: 'NOT KNOWN',
    width: 9,
    align: 'right',
    priority: 1,
    cell: ({ unknown }) => countCell(unknown, 'warn'),
  },
];

export const decidedColumns: readonly Column<RouterDecision>[] = [
  {
    id: 'hostname',
    title: 'HOSTNAME',
    width: 14,
    grow: 1,
    maxWidth: 30,
    priority: 0,
    cell: ({ router }) => router.hostname,
  },
  { id: 'site', title: 'SITE', width: 5, priority: 3, cell: ({ router }) => router.site ?? '–' },
  { id: 'running', title: 'RUNNING', width: 11, priority: 2, cell: ({ router }) => router.runningVersion },
  { id: 'to', title: 'TO', width: 11, priority: 2, cell: ({ image }) => image?.version ?? '–' },
  { id: 'verdict', title: 'DECISION', width: 9, priority: 0, cell: ({ verdict }) => [verdictPart(verdict)] },
  { id: 'why', title: 'WHY NOT', width: 24, grow: 4, priority: 0, cell: whyCell },
];

function lineCell({ verdict, title }: SummaryLine): Cell {
  return verdict === null ? `  ${title}` : [verdictPart(verdict)];
}

function countCell(count: number | null, tone: 'bad' | 'warn'): Cell {
  if (count === null) return '';
  return [{ tone: count === 0 ? 'muted' : tone, text: formatCount(count) }];
}

function whyCell({ gates, advice }: RouterDecision): Cell {
  const failing = failingGates(gates).map(({ id, actual }) => `${id} ${actual}`);
  if (failing.length > 0) return failing.join('; ');
  return advice?.verdict === 'defer' ? `the model ${advice.model} says “${advice.reasons.join(' ')}”` : '';
}
