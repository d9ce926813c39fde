import type { FilterField, FilterSchema } from '../../../model/filter/fields.ts';
import type { SortValue } from '../../state/row-sort.ts';
import type { UpgradeRow } from './columns.ts';

/** What can be asked of upgrades. Versions are texts here: an upgrade does not say which platform they are of. */
export const upgradeFilterSchema: FilterSchema<UpgradeRow> = {
  fields: new Map<string, FilterField<UpgradeRow>>([
    ['host', { kind: 'text', read: ({ hostname }) => hostname }],
    ['site', { kind: 'text', read: ({ site }) => site, offered: true }],
    ['status', { kind: 'text', read: ({ status }) => status, offered: true }],
    ['step', { kind: 'text', read: ({ progress }) => progress?.step ?? null, offered: true }],
    ['from', { kind: 'text', read: ({ fromVersion }) => fromVersion, offered: true }],
    ['to', { kind: 'text', read: ({ toVersion }) => toVersion, offered: true }],
    ['by', { kind: 'text', read: ({ requestedBy }) => requestedBy, offered: true }],
    ['approver', { kind: 'text', read: ({ approvedBy }) => approvedBy, offered: true }],
    ['change', { kind: 'text', read: ({ changeReference }) => changeReference }],
    ['id', { kind: 'number', read: ({ id }) => Number(id) }],
  ]),
  aliases: new Map([
    ['hostname', 'host'],
    ['router', 'host'],
    ['requester', 'by'],
  ]),
  words: ({ hostname, site, status, fromVersion, toVersion, requestedBy, approvedBy, progress, changeReference }) => [
    hostname,
    site,
    status,
    fromVersion,
    toVersion,
    requestedBy,
    approvedBy,
    progress?.step ?? null,
    changeReference,
  ],
};

export const upgradeSorts: ReadonlyMap<string, (row: UpgradeRow) => SortValue> = new Map(
  Object.entries({
    id: ({ id }) => Number(id),
    hostname: ({ hostname }) => hostname,
    site: ({ site }) => site,
    status: ({ status }) => status,
    versions: ({ toVersion }) => toVersion,
    requester: ({ requestedBy }) => requestedBy,
    approver: ({ approvedBy }) => approvedBy,
    requested: ({ requestedAt }) => requestedAt.getTime(),
  } satisfies Record<string, (row: UpgradeRow) => SortValue>),
);
