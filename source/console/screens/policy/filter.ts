import type { FilterField, FilterSchema } from '../../../model/filter/fields.ts';
import type { Router } from '../../../model/router.ts';
import type { SortValue } from '../../state/row-sort.ts';
import type { PolicyRouterRow } from './columns.ts';

/** What can be asked of the routers of a policy. */
export const policyRouterSchema: FilterSchema<PolicyRouterRow> = {
  fields: new Map<string, FilterField<PolicyRouterRow>>([
    ['host', { kind: 'text', read: ({ id, router }) => router?.hostname ?? id }],
    ['site', { kind: 'text', read: fact(({ site }) => site), offered: true }],
    ['vendor', { kind: 'text', read: fact(({ vendor }) => vendor), offered: true }],
    ['model', { kind: 'text', read: fact(({ model }) => model), offered: true }],
    ['version', version(({ runningVersion }) => runningVersion)],
    ['target', version(({ targetVersion }) => targetVersion)],
    ['status', { kind: 'text', read: fact(({ status }) => status), offered: true }],
  ]),
  aliases: new Map([
    ['hostname', 'host'],
    ['router', 'host'],
    ['running', 'version'],
  ]),
  words: ({ id, router }) => [
    router?.hostname ?? id,
    router?.site ?? null,
    router?.vendor ?? null,
    router?.model ?? null,
    router?.runningVersion ?? null,
    router?.targetVersion ?? null,
    router?.status ?? null,
  ],
};

export const policyRouterSorts: ReadonlyMap<string, (row: PolicyRouterRow) => SortValue> = new Map([
  ['hostname', ({ id, router }: PolicyRouterRow) => router?.hostname ?? id],
  ['site', fact(({ site }) => site)],
  ['vendor', fact(({ vendor }) => vendor)],
  ['model', fact(({ model }) => model)],
  ['running', fact(({ runningVersion }) => runningVersion)],
  ['target', fact(({ targetVersion }) => targetVersion)],
  ['status', fact(({ status }) => status)],
]);

function fact(of: (router: Router) => string | null): (row: PolicyRouterRow) => string | null {
  return ({ router }) => (router === null || router === undefined ? null : of(router));
}

function version(of: (router: Router) => string | null): FilterField<PolicyRouterRow> {
  return { kind: 'version', read: fact(of), platform: ({ router }) => router?.platform ?? null };
}
