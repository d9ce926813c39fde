import type postgres from 'postgres';
import { type Role, ROLES } from '../model/role.ts';
import { oneOf } from './columns.ts';

/** What an active operator may do in the organization at this moment; null for somebody who is no member of it (any more). */
export async function memberRole(sql: postgres.TransactionSql, operatorId: string): Promise<Role | null> {
  const [row] = await sql<[{ role: string }?]>`
    SELECT m.role FROM organization_members AS m JOIN operators AS o ON o.id = m.operator_id
    WHERE m.operator_id = ${operatorId} AND o.is_active`;
  return row === undefined ? null : oneOf(ROLES, row.role, 'organization_members.role');
}
