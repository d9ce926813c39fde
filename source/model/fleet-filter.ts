import type { FilterField, FilterSchema } from './filter/fields.ts';
import { filterReader } from './filter/filter.ts';
import type { HealthSummary } from './health.ts';
import type { Readiness } from './readiness.ts';
import type { Router } from './router.ts';
import type { Trouble } from './trouble.ts';

/** What a filter looks at. Null is what is not known. */
export interface FilteredRow {
  readonly router: Router;
  readonly health: HealthSummary | null;
  readonly readiness: Readiness | null;
  readonly policyName: string | null;
  /** What is wrong with it; left out while that is not known. */
  readonly troubles?: readonly Trouble[] | undefined;
}

export type FleetFilter = (row: FilteredRow) => boolean;

/** A filter, or what is wrong with its text. */
export type ParsedFilter =
  { readonly ok: true; readonly keep: FleetFilter | null } | { readonly ok: false; readonly fault: string };

/** What can be asked of routers: in the console's fleet, and by commands that choose routers. */
export const fleetFilterSchema: FilterSchema<FilteredRow> = {
  fields: new Map<string, FilterField<FilteredRow>>([
    ['host', { kind: 'text', read: ({ router }) => router.hostname }],
    ['site', { kind: 'text', read: ({ router }) => router.site, offered: true }],
    ['vendor', { kind: 'text', read: ({ router }) => router.vendor, offered: true }],
    ['model', { kind: 'text', read: ({ router }) => router.model, offered: true }],
    ['version', version(({ router }) => router.runningVersion)],
    ['target', version(({ router }) => router.targetVersion)],
    ['status', { kind: 'text', read: ({ router }) => router.status, offered: true }],
    ['policy', { kind: 'text', read: ({ policyName }) => policyName, offered: true }],
    [
      'trouble',
      {
        kind: 'text',
        read: ({ troubles = [] }) => (troubles.length === 0 ? null : ['any', ...troubles].join(' ')),
        offered: true,
      },
    ],
    ['ready', { kind: 'text', read: readyText, offered: true }],
    ['address', { kind: 'text', read: ({ router }) => router.managementAddress }],
    ['serial', { kind: 'text', read: ({ router }) => router.serial }],
    ['upgrade', { kind: 'text', read: ({ router }) => router.openUpgrade?.status ?? null, offered: true }],
    ['cpu', { kind: 'number', read: ({ health }) => health?.cpuLatest ?? null }],
    ['mem', { kind: 'number', read: ({ health }) => health?.memoryLatestFree ?? null }],
    ['errors', { kind: 'number', read: ({ health }) => health?.criticalErrors ?? null }],
  ]),
  aliases: new Map([
    ['hostname', 'host'],
    ['router', 'host'],
    ['running', 'version'],
    ['memory', 'mem'],
    ['err', 'errors'],
    ['ip', 'address'],
  ]),
  words: ({ router, policyName, readiness }) => [
    router.hostname,
    router.site,
    router.model,
    router.vendor,
    router.runningVersion,
    router.targetVersion,
    router.status,
    policyName,
    readiness?.reason ?? null,
  ],
  begins: ({ router }) => router.managementAddress,
};

const read = filterReader(fleetFilterSchema);

/** Reads a filter of routers; the grammar is that of {@link filterReader}. No text keeps everything. */
export function parseFilter(text: string): ParsedFilter {
  const found = read(text);
  return found.ok ? found : { ok: false, fault: found.fault.text };
}

function version(of: (row: FilteredRow) => string | null): FilterField<FilteredRow> {
  return { kind: 'version', read: of, platform: ({ router }) => router.platform };
}

function readyText({ readiness }: FilteredRow): string | null {
  return readiness === null ? null : `${readiness.state.replaceAll('_', ' ')} ${readiness.reason}`;
}
