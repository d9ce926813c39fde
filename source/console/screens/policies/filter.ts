import type { FilterField, FilterSchema } from '../../../model/filter/fields.ts';
import type { PolicyWithCount } from '../../../model/policy.ts';
import type { SortValue } from '../../state/row-sort.ts';

/** What can be asked of policies. */
export const policyFilterSchema: FilterSchema<PolicyWithCount> = {
  fields: new Map<string, FilterField<PolicyWithCount>>([
    ['name', { kind: 'text', read: ({ name }) => name }],
    ['scope', { kind: 'text', read: ({ shared }) => (shared ? 'shared' : 'own'), offered: true }],
    ['vendor', { kind: 'text', read: ({ vendor }) => vendor ?? 'any', offered: true }],
    ['model', { kind: 'text', read: ({ model }) => model ?? 'any', offered: true }],
    ['site', { kind: 'text', read: ({ site }) => site ?? 'any', offered: true }],
    ['active', { kind: 'text', read: ({ isActive }) => (isActive ? 'yes' : 'no'), offered: true }],
    ['id', { kind: 'number', read: ({ id }) => Number(id) }],
    ['cpu', { kind: 'number', read: ({ maxCpuPercent }) => maxCpuPercent }],
    ['mem', { kind: 'number', read: ({ minFreeMemPercent }) => minFreeMemPercent }],
    ['errors', { kind: 'number', read: ({ maxCriticalErrors }) => maxCriticalErrors }],
    ['routers', { kind: 'number', read: ({ routers }) => routers }],
    ['priority', { kind: 'number', read: ({ priority }) => priority }],
  ]),
  aliases: new Map([
    ['memory', 'mem'],
    ['prio', 'priority'],
  ]),
  words: ({ name, vendor, model, site }) => [name, vendor, model, site],
};

export const policySorts: ReadonlyMap<string, (row: PolicyWithCount) => SortValue> = new Map(
  Object.entries({
    id: ({ id }) => Number(id),
    name: ({ name }) => name,
    scope: ({ shared }) => (shared ? 'shared' : 'own'),
    vendor: ({ vendor }) => vendor,
    model: ({ model }) => model,
    site: ({ site }) => site,
    priority: ({ priority }) => priority,
    specificity: ({ specificity }) => specificity,
    cpu: ({ maxCpuPercent }) => maxCpuPercent,
    memory: ({ minFreeMemPercent }) => minFreeMemPercent,
    errors: ({ maxCriticalErrors }) => maxCriticalErrors,
    'data-age': ({ maxDataAgeSeconds }) => maxDataAgeSeconds,
    active: ({ isActive }) => Number(isActive),
    routers: ({ routers }) => routers,
  } satisfies Record<string, (row: PolicyWithCount) => SortValue>),
);
