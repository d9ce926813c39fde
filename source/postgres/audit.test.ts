import { expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { actorOf, useScopes } from '../../test/support/scopes.ts';
import { appendAudit, listAudit } from './audit.ts';

const support = useDatabase();
const scopes = useScopes(support);

test('events are appended in order, and listed newest first, for the own organization only', async () => {
  const { acme, globex, seed } = scopes();
  const actor = actorOf(seed.ana, 'approver');
  for (const { id } of [seed.acme, seed.globex]) {
    await support.admin`
      INSERT INTO upgrades (organization_id, id, router_id, image_id, from_ver, to_ver, schedule_kind, decision, gates, batch_id,
        idempotency_key, requested_by)
      OVERRIDING SYSTEM VALUE VALUES (${id}, 7, 'ams-core-01', ${seed.images.asr}, '1', '2', 'now', 'approve', '[]',
        gen_random_uuid(), gen_random_uuid(), ${seed.ben.id})`;
  }
  const event = {
    actor,
    action: 'upgrade.approve',
    targetType: 'upgrade',
    targetId: '7',
    upgradeId: '7',
    routerId: 'r1',
  };
  await acme.transaction((sql) =>
    appendAudit(sql, [
      { ...event, before: { status: 'pending' }, after: { status: 'approved' }, reason: 'ok' },
      { ...event, action: 'upgrade.cancel', routerId: 'r2' },
    ]),
  );
  await globex.transaction((sql) => appendAudit(sql, [{ ...event, action: 'theirs' }]));
  const listed = await listAudit(acme, { limit: 10 });
  expect(listed.map(({ timestamp, ...rest }) => ({ ...rest, dated: timestamp instanceof Date }))).toEqual([
    {
      id: '2',
      actor: 'ana',
      role: 'approver',
      action: 'upgrade.cancel',
      targetType: 'upgrade',
      targetId: '7',
      upgradeId: '7',
      routerId: 'r2',
      reason: null,
      source: 'console',
      dated: true,
    },
    {
      id: '1',
      actor: 'ana',
      role: 'approver',
      action: 'upgrade.approve',
      targetType: 'upgrade',
      targetId: '7',
      upgradeId: '7',
      routerId: 'r1',
      reason: 'ok',
      source: 'console',
      dated: true,
    },
  ]);
  expect(await listAudit(acme, { routerId: 'r1', limit: 10 })).toMatchObject([{ id: '1' }]);
  expect(await listAudit(acme, { upgradeId: '7', limit: 1 })).toMatchObject([{ id: '2' }]);
  expect(await listAudit(acme, { upgradeId: '8', limit: 1 })).toEqual([]);
});

test('an event without an operator is the administrator’s', async () => {
  const { globex } = scopes();
  await globex.transaction((sql) =>
    appendAudit(sql, [{ actor: null, action: 'fleet.load', targetType: 'fleet', targetId: 'globex' }]),
  );
  expect(await listAudit(globex, { limit: 1 })).toMatchObject([
    { actor: 'administrator', role: 'admin', source: 'cli' },
  ]);
});

test('an event of a transaction that fails is not kept', async () => {
  const { acme } = scopes();
  const failing = acme.transaction(async (sql) => {
    await appendAudit(sql, [{ actor: null, action: 'x', targetType: 'x', targetId: 'x', routerId: 'failed' }]);
    throw new Error('late');
  });
  await expect(failing).rejects.toThrow('late');
  expect(await listAudit(acme, { routerId: 'failed', limit: 1 })).toEqual([]);
});

test('what the administrator does has the correlation id of the process that did it', async () => {
  const { globex } = scopes();
  const event = { actor: null, action: 'operator.add', targetType: 'operator', targetId: 'new' };
  for (const targetId of ['one', 'two']) {
    await globex.transaction((sql) => appendAudit(sql, [{ ...event, targetId }]));
  }
  const rows = await globex.sql<{ id: string }[]>`
    SELECT DISTINCT correlation_id AS id FROM audit_events WHERE actor_name = 'administrator'`;
  expect(rows.map(({ id }) => id)).toEqual([expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u)]);
});
