import type { FleetRow } from '../../loaders/fleet.ts';
import type { Column } from '../../components/columns.ts';
import { sparkline } from '../../components/sparkline.ts';
import { formatPercent } from '../../format/numbers.ts';
import { mean, trendOf } from '../../speech/trend.ts';
import type { RowSort, SortValue } from '../../state/row-sort.ts';
import type { Part } from '../../text/parts.ts';
import { readinessParts, readinessRank } from './readiness-parts.ts';

const SPARK_CELLS = 12;
const NO_LINE = ' '.repeat(SPARK_CELLS);

/** Left to right. On 80 cells host name, CPU, memory, errors, readiness and the site stay. */
export const fleetColumns: readonly Column<FleetRow>[] = [
  {
    id: 'hostname',
    title: 'HOSTNAME',
    width: 16,
    grow: 2,
    maxWidth: 30,
    priority: 0,
    cell: ({ router }) => router.hostname,
  },
  { id: 'site', title: 'SITE', width: 5, grow: 1, maxWidth: 10, priority: 3, cell: ({ router }) => router.site ?? '–' },
  { id: 'vendor', title: 'VENDOR', width: 8, priority: 8, cell: ({ router }) => router.vendor ?? '–' },
  {
    id: 'model',
    title: 'MODEL',
    width: 14,
    grow: 1,
    maxWidth: 18,
    priority: 7,
    cell: ({ router }) => router.model ?? '–',
  },
  {
    id: 'running',
    title: 'RUNNING',
    width: 11,
    grow: 1,
    maxWidth: 16,
    priority: 4,
    cell: ({ router }) => router.runningVersion,
  },
  { id: 'target', title: 'TARGET', width: 13, grow: 1, maxWidth: 18, priority: 5, cell: targetCell, plain: targetText },
  { id: 'status', title: 'STATUS', width: 11, priority: 9, cell: ({ router }) => router.status },
  {
    id: 'policy',
    title: 'POLICY',
    width: 14,
    grow: 1,
    maxWidth: 24,
    priority: 10,
    cell: ({ policyName }) => policyName ?? '–',
  },
  {
    id: 'cpu',
    title: 'CPU 2h',
    width: SPARK_CELLS + 5,
    align: 'right',
    priority: 1,
    cell: cpuCell,
    plain: cpuText,
    spoken: cpuWords,
  },
  { id: 'memory', title: 'MEM FREE', width: 8, align: 'right', priority: 2, cell: memoryCell },
  { id: 'errors', title: 'ERR', width: 4, align: 'right', priority: 2, cell: errorsCell },
  {
    id: 'ready',
    title: 'READY',
    width: 13,
    priority: 0,
    cell: ({ readiness, router }) => readinessParts(readiness, router.openUpgrade),
  },
  {
    id: 'address',
    title: 'ADDRESS',
    width: 15,
    grow: 1,
    maxWidth: 39,
    priority: 11,
    extra: true,
    cell: ({ router }) => router.managementAddress,
  },
  { id: 'serial', title: 'SERIAL', width: 12, priority: 12, extra: true, cell: ({ router }) => router.serial ?? '–' },
  {
    id: 'platform',
    title: 'PLATFORM',
    width: 8,
    priority: 13,
    extra: true,
    cell: ({ router }) => router.platform ?? '–',
  },
];

/** What each column sorts by. */
export const fleetSorts: ReadonlyMap<string, (row: FleetRow) => SortValue> = new Map(
  Object.entries({
    hostname: ({ router }) => router.hostname,
    site: ({ router }) => router.site,
    vendor: ({ router }) => router.vendor,
    model: ({ router }) => router.model,
    running: ({ router }) => router.runningVersion,
    target: ({ router }) => router.targetVersion,
    status: ({ router }) => router.status,
    policy: ({ policyName }) => policyName,
    cpu: ({ health }) => health?.cpuLatest ?? null,
    memory: ({ health }) => health?.memoryLatestFree ?? null,
    errors: ({ health }) => health?.criticalErrors ?? null,
    ready: ({ readiness }) => readinessRank(readiness),
    address: ({ router }) => router.managementAddress,
    serial: ({ router }) => router.serial,
    platform: ({ router }) => router.platform,
  } satisfies Record<string, (row: FleetRow) => SortValue>),
);

/** The direction that shows what needs somebody first: the busiest, the most errors; else ascending. */
export function firstDirection(id: string): RowSort<FleetRow>['direction'] {
  return id === 'cpu' || id === 'errors' ? 'descending' : 'ascending';
}

/** The sort by a column, or null if there is no such column. */
export function fleetSort(id: string, direction: RowSort<FleetRow>['direction']): RowSort<FleetRow> | null {
  const value = fleetSorts.get(id);
  return value === undefined ? null : { id, direction, value };
}

function cpuText({ health }: FleetRow): string {
  return formatPercent(health?.cpuLatest ?? null);
}

/** `CPU mean 91 percent, rising`: what the line shows. */
function cpuWords({ cpu, health }: FleetRow): string {
  const known = cpu?.values.filter((value) => value !== null) ?? [];
  if (cpu === null || known.length === 0)
    return `CPU ${formatPercent(health?.cpuLatest ?? null).replace('?', 'unknown')}`;
  return [`CPU mean ${Math.round(mean(known))} percent`, trendOf(cpu.values)]
    .filter((part) => part !== null)
    .join(', ');
}

function targetText({ router }: FleetRow): string {
  return router.targetVersion ?? '';
}

function targetCell({ router, readiness }: FleetRow): readonly Part[] {
  if (router.targetVersion === null) return [{ tone: 'muted', text: '  –' }];
  if (readiness?.state === 'up_to_date') return [{ tone: 'muted', text: '  up to date' }];
  return [{ tone: 'muted', text: '→ ' }, router.targetVersion];
}

function cpuCell({ cpu, health, readiness }: FleetRow): readonly Part[] {
  const line = cpu === null ? NO_LINE : sparkline(cpu.values, { width: SPARK_CELLS, min: 0, max: 100 });
  const blocked = readiness?.reason === 'cpu';
  return [
    { tone: 'muted', text: line },
    { tone: blocked ? 'bad' : 'text', text: formatPercent(health?.cpuLatest ?? null).padStart(5) },
  ];
}

function memoryCell({ health, readiness }: FleetRow): readonly Part[] {
  return [
    { tone: readiness?.reason === 'memory' ? 'bad' : 'text', text: formatPercent(health?.memoryLatestFree ?? null) },
  ];
}

function errorsCell({ health, readiness }: FleetRow): readonly Part[] {
  const errors = health?.criticalErrors ?? null;
  if (errors === null) return ['?'];
  return [{ tone: readiness?.reason === 'errors' ? 'bad' : errors === 0 ? 'muted' : 'text', text: String(errors) }];
}
