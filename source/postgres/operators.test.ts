import { expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { useScopes } from '../../test/support/scopes.ts';
import { findOperator } from './operators.ts';

const support = useDatabase();
const scopes = useScopes(support);

test('an operator is found by login name, with every membership', async () => {
  const { database, seed } = scopes();
  expect(await findOperator(database, 'ana')).toEqual({
    operator: seed.ana,
    memberships: [
      { organizationId: seed.acme.id, slug: 'acme', organizationName: 'Acme', role: 'approver' },
      { organizationId: seed.globex.id, slug: 'globex', organizationName: 'Globex', role: 'approver' },
    ],
  });
});

test('somebody who is not known, or not active, is not found', async () => {
  const { database } = scopes();
  await support.admin`INSERT INTO operators (name, display_name, is_active) VALUES ('gone', 'Gone', false)`;
  expect(await findOperator(database, 'nobody')).toBeNull();
  expect(await findOperator(database, 'gone')).toBeNull();
});

test('an operator without an organization has no memberships', async () => {
  await support.admin`INSERT INTO operators (name, display_name) VALUES ('new', 'New')`;
  expect(await findOperator(scopes().database, 'new')).toMatchObject({ operator: { name: 'new' }, memberships: [] });
});
