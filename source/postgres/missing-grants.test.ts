import { expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { openDatabase } from './database.ts';
import { APP_WRITES, findMissingGrants } from './missing-grants.ts';

const support = useDatabase();

test('everything that app_user may write is known here, so that its loss is found', async () => {
  const granted = await support.admin<{ verb: string; tables: string[] }[]>`
    SELECT g.privilege_type AS verb, array_agg(c.relname::text ORDER BY c.relname) AS tables
    FROM pg_class AS c, aclexplode(c.relacl) AS g
    WHERE c.relnamespace = 'public'::regnamespace AND g.grantee = 'app_user'::regrole AND g.privilege_type <> 'SELECT'
    GROUP BY g.privilege_type`;
  const known = Object.entries(APP_WRITES).map(([verb, tables]) => [verb, tables.toSorted()]);
  expect(Object.fromEntries(granted.map(({ verb, tables }) => [verb, tables]))).toEqual(Object.fromEntries(known));
});

test.each(['netup_worker', 'netup_readonly'] as const)('%s lacks what app_user has', async (role) => {
  const database = openDatabase(support.settings(role));
  try {
    expect(await findMissingGrants(database)).toEqual(
      expect.arrayContaining(['INSERT on upgrades', 'EXECUTE on operator_memberships(text)']),
    );
  } finally {
    await database.close();
  }
});
