import type { RouterStatus } from './router.ts';

/** The columns of a fleet file in CSV, by the name of the router's field. */
export type FleetColumn =
  | 'organization'
  | 'id'
  | 'hostname'
  | 'managementAddress'
  | 'managementPort'
  | 'snmpPort'
  | 'site'
  | 'vendor'
  | 'model'
  | 'serial'
  | 'runningVersion'
  | 'targetVersion'
  | 'status'
  | 'redundancyGroup';

/**
 * Header names that mean each column: ours, the database's, and those of a NetBox device export (both the labels of the
 * table view and the field names of the full export; versions come from custom fields). Compared in lower case with
 * everything but letters and digits folded to `_`.
 */
const headers: Readonly<Record<FleetColumn, readonly string[]>> = {
  organization: ['organization', 'organisation', 'tenant'],
  id: ['router_id'],
  hostname: ['hostname', 'host_name', 'name'],
  managementAddress: ['management_address', 'mgmt_ip', 'primary_ip4', 'primary_ip', 'ip_address', 'primary_ip6'],
  managementPort: ['management_port', 'mgmt_port'],
  snmpPort: ['snmp_port', 'cf_snmp_port'],
  site: ['site'],
  vendor: ['vendor', 'manufacturer'],
  model: ['model', 'device_type', 'type'],
  serial: ['serial', 'serial_number'],
  runningVersion: ['running_version', 'current_ver', 'cf_running_version', 'cf_software_version', 'software_version'],
  targetVersion: ['target_version', 'target_ver', 'cf_target_version'],
  status: ['status'],
  redundancyGroup: ['redundancy_group', 'cf_redundancy_group'],
};

const columnOfHeader: ReadonlyMap<string, FleetColumn> = new Map(
  columns().flatMap((column) => headers[column].map((header): [string, FleetColumn] => [header, column])),
);

/** The column that a header names, or null for one that is not ours. */
export function columnOf(header: string): FleetColumn | null {
  const folded = header
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '_')
    .replace(/^_|_$/gu, '');
  return columnOfHeader.get(folded) ?? null;
}

/** A router's status from ours or NetBox's word for it; the word itself where it is neither, for validation to refuse. */
export function statusOf(word: string): string {
  const known: Readonly<Record<string, RouterStatus>> = {
    planned: 'maintenance',
    staged: 'maintenance',
    inventory: 'maintenance',
    failed: 'offline',
    decommissioning: 'retired',
  };
  const lower = word.trim().toLowerCase();
  return known[lower] ?? lower;
}

/** NetBox shows names (`Acme Backbone`) where we use slugs (`acme-backbone`). */
export function slugOf(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^-|-$/gu, '');
}

/** The address of `10.0.0.1/24` or `10.0.0.1`. */
export function addressOf(text: string): string {
  return text.trim().replace(/\/\d{1,3}$/u, '');
}

function columns(): readonly FleetColumn[] {
  return [
    'organization',
    'id',
    'hostname',
    'managementAddress',
    'managementPort',
    'snmpPort',
    'site',
    'vendor',
    'model',
    'serial',
    'runningVersion',
    'targetVersion',
    'status',
    'redundancyGroup',
  ];
}
