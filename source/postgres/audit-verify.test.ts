import type postgres from 'postgres';
import { beforeEach, expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { useScopes } from '../../test/support/scopes.ts';
import type { AuditFault, ChainReport } from '../model/audit-chain.ts';
import { appendAudit } from './audit.ts';
import { verifyAudit } from './audit-verify.ts';

const support = useDatabase();
const scopes = useScopes(support);

/** As a superuser who knows how to get around the triggers. */
async function tamper(work: (sql: postgres.TransactionSql) => Promise<unknown>): Promise<void> {
  await support.admin.begin(async (sql) => {
    await sql`SET LOCAL session_replication_role = replica`;
    await work(sql);
  });
}

async function append(count: number, first = 1): Promise<void> {
  const entries = Array.from({ length: count }, (_, index) => ({
    actor: null,
    action: 'router.set',
    targetType: 'router',
    targetId: `r${first + index}`,
    before: { target: null },
    after: { target: '17.12.4', note: 'därför' },
    reason: index % 2 === 0 ? 'CHG0042' : null,
  }));
  await scopes().acme.transaction((sql) => appendAudit(sql, entries));
}

beforeEach(async () => {
  await tamper(async (sql) => {
    await sql`DELETE FROM audit_events`;
    await sql`DELETE FROM audit_heads`;
  });
  await append(4);
  await append(1, 5);
  await append(5, 6);
});

/** In batches of each size, so that a fault lies within one, at its start and at its end. */
async function faultOf(): Promise<AuditFault | null> {
  const faults = await Promise.all(
    [1, 2, 3, 5, 100].map(async (size) => (await verifyAudit(scopes().acme, undefined, size)).fault),
  );
  for (const fault of faults) expect(fault).toEqual(faults[0]);
  return faults[0] ?? null;
}

function whole(rows: number): ChainReport {
  return { rows, fault: null, retained: null, signedUntil: null };
}

const REHASH = `UPDATE audit_events SET hash = sha256(convert_to(audit_canonical(prev_hash, organization_id, seq, "timestamp",
  occurred_at, actor_id, actor_name, actor_role, action, target_type, target_id, router_id, upgrade_id, before, after, reason,
  source, correlation_id), 'UTF8'))`;

test('a chain that nobody touched holds, whatever the batches; so does an empty one', async () => {
  for (const size of [1, 3, 5, 10, 11, 20_000]) {
    expect(await verifyAudit(scopes().acme, undefined, size)).toEqual(whole(10));
  }
  expect(await verifyAudit(scopes().globex)).toEqual(whole(0));
});

test.for([
  `action = 'router.retire'`,
  `actor_name = 'somebody'`,
  `reason = ''`,
  `after = '{"target": "17.12.5"}'`,
  `before = NULL`,
  `occurred_at = occurred_at + interval '1 microsecond'`,
  `hash = sha256('x')`,
])('an edited row is named: %s', async (change) => {
  for (const seq of [9, 5, 1]) {
    await tamper((sql) => sql.unsafe(`UPDATE audit_events SET ${change} WHERE seq = ${seq}`));
    expect(await faultOf()).toEqual({ kind: 'edited', seq: String(seq) });
  }
});

test('a changed link is an edit of its row', async () => {
  await tamper((sql) => sql`UPDATE audit_events SET prev_hash = sha256('x') WHERE seq = 5`);
  expect(await faultOf()).toEqual({ kind: 'edited', seq: '5' });
});

test('an edited row with a new hash is named by what follows it', async () => {
  await tamper(async (sql) => {
    await sql`UPDATE audit_events SET reason = 'another' WHERE seq = 6`;
    await sql.unsafe(`${REHASH} WHERE seq = 6`);
  });
  expect(await faultOf()).toEqual({ kind: 'rewritten', seq: '6' });
});

test('the last row with a new hash is named by the head', async () => {
  await tamper(async (sql) => {
    await sql`UPDATE audit_events SET reason = 'another' WHERE seq = 10`;
    await sql.unsafe(`${REHASH} WHERE seq = 10`);
  });
  expect(await faultOf()).toEqual({ kind: 'rewritten', seq: '10' });
});

test('rows that are missing in the middle or at the start are named', async () => {
  await tamper((sql) => sql`DELETE FROM audit_events WHERE seq IN (4, 5)`);
  expect(await faultOf()).toEqual({ kind: 'removed', seq: '4', until: '5' });
  await tamper((sql) => sql`DELETE FROM audit_events WHERE seq = 1`);
  expect(await faultOf()).toEqual({ kind: 'removed', seq: '1', until: '1' });
});

test('a gap that was closed by counting anew is found', async () => {
  await tamper(async (sql) => {
    await sql`DELETE FROM audit_events WHERE seq = 5`;
    await sql`UPDATE audit_events SET seq = seq - 1 WHERE seq > 5`;
    await sql.unsafe(`${REHASH} WHERE seq >= 5`);
  });
  expect(await faultOf()).toMatchObject({ kind: 'rewritten', seq: '4' });
});

test.for([
  { first: 2, second: 3, follows: '3' },
  { first: 1, second: 8, follows: '7' },
])('rows $first and $second, swapped, are out of order', async ({ first, second, follows }) => {
  await tamper(async (sql) => {
    // One batch has one time, so that two rows of it may not have the same place, not even for a moment.
    await sql`UPDATE audit_events SET seq = -seq WHERE seq IN (${first}, ${second})`;
    await sql`UPDATE audit_events SET seq = ${first + second} + seq WHERE seq < 0`;
  });
  expect(await faultOf()).toEqual({ kind: 'reordered', seq: String(first), follows });
});

test('a row that is there twice is named', async () => {
  await tamper(
    (sql) => sql`
      INSERT INTO audit_events (organization_id, seq, "timestamp", occurred_at, actor_name, actor_role, action, target_type,
        target_id, source, correlation_id, prev_hash, hash)
      SELECT organization_id, seq, "timestamp" + interval '1 microsecond', occurred_at, actor_name, actor_role, action,
        target_type, target_id, source, correlation_id, prev_hash, hash FROM audit_events WHERE seq = 3`,
  );
  expect(await faultOf()).toEqual({ kind: 'duplicated', seq: '3' });
});

test('rows that are cut from the end are named, all of them too', async () => {
  await tamper((sql) => sql`DELETE FROM audit_events WHERE seq > 7`);
  expect(await faultOf()).toEqual({ kind: 'cut', seq: '8', until: '10' });
  await tamper((sql) => sql`DELETE FROM audit_events`);
  expect(await faultOf()).toEqual({ kind: 'cut', seq: '1', until: '10' });
});

test('a head that was set back or removed is found', async () => {
  await tamper((sql) => sql`UPDATE audit_heads SET seq = 8`);
  expect(await faultOf()).toEqual({ kind: 'beyond-head', seq: '9' });
  await tamper((sql) => sql`DELETE FROM audit_heads`);
  expect(await faultOf()).toEqual({ kind: 'beyond-head', seq: '1' });
});

test('what is appended during the walk does not disturb it', async () => {
  const walks = Array.from({ length: 4 }, () => verifyAudit(scopes().acme, undefined, 1));
  for (let first = 11; first < 31; first += 1) await append(1, first);
  for (const report of await Promise.all(walks)) expect(report.fault).toBeNull();
  expect(await verifyAudit(scopes().acme)).toEqual(whole(30));
});
