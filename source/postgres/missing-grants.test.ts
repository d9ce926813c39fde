import { expect, onTestFinished, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { type Database, openDatabase } from './database.ts';
import { findMissingGrants, NEEDS } from './missing-grants.ts';

const support = useDatabase();
const ROLES = ['app_user', 'netup_worker', 'netup_readonly'] as const;

function loginAs(role: (typeof ROLES)[number]): Database {
  const database = openDatabase(support.settings(role));
  onTestFinished(() => database.close());
  return database;
}

test.each(ROLES)('everything that %s may write is known here, so that its loss is found', async (role) => {
  const granted = await support.admin<{ verb: string; tables: string[] }[]>`
    SELECT g.privilege_type AS verb, array_agg(DISTINCT c.relname::text ORDER BY c.relname::text) AS tables
    FROM pg_class AS c,
      (SELECT oid, relacl AS list FROM pg_class UNION ALL SELECT attrelid, attacl FROM pg_attribute) AS acl,
      aclexplode(acl.list) AS g
    WHERE c.oid = acl.oid AND c.relnamespace = 'public'::regnamespace AND g.grantee = ${role}::regrole
      AND g.privilege_type <> 'SELECT'
    GROUP BY g.privilege_type`;
  const known = Object.entries(NEEDS[role].writes).map(([verb, tables]) => [verb, tables.toSorted()]);
  expect(Object.fromEntries(granted.map(({ verb, tables }) => [verb, tables]))).toEqual(Object.fromEntries(known));
});

test.each(ROLES)('%s lacks nothing of its own, and has not what the others have', async (role) => {
  expect(await findMissingGrants(loginAs(role), role)).toEqual([]);
  for (const other of ROLES) {
    expect((await findMissingGrants(loginAs(role), other)).length > 0).toBe(other !== role);
  }
});
