import type { AuditRow } from '../../../postgres/audit-tail.ts';
import type { Cell, Column } from '../../components/columns.ts';

/** Times of the trail are in UTC: it is of the whole organization, and of no site. */
export const auditColumns: readonly Column<AuditRow>[] = [
  { id: 'seq', title: '#', width: 7, align: 'right', priority: 0, cell: ({ id }) => id },
  { id: 'time', title: 'TIME (UTC)', width: 19, priority: 0, cell: ({ timestamp }) => utc(timestamp) },
  { id: 'actor', title: 'WHO', width: 10, grow: 1, maxWidth: 20, priority: 0, cell: ({ actor }) => actor },
  { id: 'role', title: 'ROLE', width: 9, priority: 5, cell: ({ role }) => role },
  { id: 'action', title: 'ACTION', width: 18, grow: 1, maxWidth: 28, priority: 0, cell: ({ action }) => action },
  { id: 'target', title: 'ON', width: 12, grow: 2, maxWidth: 36, priority: 1, cell: targetCell },
  { id: 'source', title: 'FROM', width: 9, priority: 3, cell: ({ source }) => source },
  { id: 'reason', title: 'REASON', width: 16, grow: 3, priority: 4, cell: ({ reason }) => reason ?? '' },
];

function targetCell({ routerId, targetType, targetId }: AuditRow): Cell {
  return [routerId ?? `${targetType} ${targetId}`];
}

/** `2026-11-24 14:02:07`. */
function utc(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}
