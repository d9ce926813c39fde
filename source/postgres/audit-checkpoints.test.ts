import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { rechain, tamper, useAuditKey } from '../../test/support/audit.ts';
import { useDatabase } from '../../test/support/postgres.ts';
import { useScopes } from '../../test/support/scopes.ts';
import { createAuditKey } from '../config/audit-key.ts';
import type { AuditCheckpoint } from '../model/audit-checkpoint.ts';
import { appendAudit } from './audit.ts';
import { checkpointsDue, listCheckpoints, makeCheckpoint } from './audit-checkpoints.ts';
import { type AuditProof, verifyAudit } from './audit-verify.ts';
import { openDatabase } from './database.ts';

const support = useDatabase();
const scopes = useScopes(support);
const keys = useAuditKey();
const other = createAuditKey(path.join(keys.folder, 'other'));
const PACE = { rows: 1000, ageMs: 300_000 };

/** The file's copy of the checkpoints of rows 4 and 8, as they were signed. */
let filed: readonly AuditCheckpoint[] = [];

function worker(): ReturnType<typeof openDatabase> {
  const database = openDatabase(support.settings('netup_worker'));
  onTestFinished(() => database.close());
  return database;
}

async function append(count: number): Promise<void> {
  const entries = Array.from({ length: count }, (_, index) => ({
    actor: null,
    action: 'router.set',
    targetType: 'router',
    targetId: `r${index}`,
  }));
  await scopes().acme.transaction((sql) => appendAudit(sql, entries));
}

/** Signs for the end of acme's chain, as a worker at that time. */
async function sign(now: Date, key = keys.key): ReturnType<typeof makeCheckpoint> {
  return makeCheckpoint(worker().organization(scopes().seed.acme.id), key, now);
}

const early = new Date('2026-01-01T00:00:00.123Z');

beforeEach(async () => {
  await tamper(support.admin, (sql) => sql`DELETE FROM audit_events`);
  await tamper(support.admin, (sql) => sql`DELETE FROM audit_heads`);
  await tamper(support.admin, (sql) => sql`DELETE FROM audit_checkpoints`);
  await append(4);
  await sign(early);
  await append(4);
  await sign(early);
  await append(2);
  filed = await listCheckpoints(scopes().acme.sql, scopes().seed.acme.id, '0');
});

const withKey = (): AuditProof => ({ trusted: new Set([keys.key.id]), filed: null });
const withFile = (): AuditProof => ({ trusted: new Set([keys.key.id]), filed });

test('a chain that nobody touched is signed for up to its last checkpoint, by any proof', async () => {
  for (const proof of [undefined, withKey(), withFile()]) {
    expect(await verifyAudit(scopes().acme, proof)).toEqual({
      rows: 10,
      fault: null,
      retained: null,
      signedUntil: '8',
    });
  }
  expect(await verifyAudit(scopes().globex, withKey())).toMatchObject({ rows: 0, fault: null, signedUntil: null });
});

test('a checkpoint is made once, and due after the rows or the time', async () => {
  const database = worker();
  const { acme } = scopes().seed;
  expect(await checkpointsDue(database, PACE)).toEqual([acme.id]);
  expect(await sign(new Date())).toEqual({ kind: 'made', seq: '10' });
  expect(await sign(new Date())).toEqual({ kind: 'none' });
  expect(await checkpointsDue(database, PACE)).toEqual([]);
  await append(1);
  expect(await checkpointsDue(database, PACE)).toEqual([]);
  expect(await checkpointsDue(database, { rows: 1, ageMs: 300_000 })).toEqual([acme.id]);
  expect(await checkpointsDue(database, { rows: 1000, ageMs: 0 })).toEqual([acme.id]);
});

test('two workers at once make one', async () => {
  const outcomes = await Promise.all([sign(new Date()), sign(new Date())]);
  expect(outcomes.filter(({ kind }) => kind === 'made')).toHaveLength(1);
});

test('nobody changes or removes a checkpoint, and only a worker adds one, of its organization', async () => {
  await expect(support.admin`UPDATE audit_checkpoints SET seq = 5`).rejects.toThrow('cannot be changed or removed');
  await expect(support.admin`DELETE FROM audit_checkpoints`).rejects.toThrow('cannot be changed or removed');
  await expect(support.admin`TRUNCATE audit_checkpoints`).rejects.toThrow('cannot be changed or removed');
  await expect(makeCheckpoint(scopes().acme, keys.key, new Date())).rejects.toThrow('permission denied');
});

test('rows that were cut off before the last checkpoint are missed, with the head set back to match', async () => {
  const cut = (from: number): Promise<void> =>
    tamper(support.admin, async (sql) => {
      await sql`DELETE FROM audit_events WHERE seq >= ${from}`;
      await sql`UPDATE audit_heads AS h SET (seq, hash) = (SELECT e.seq, e.hash FROM audit_events AS e WHERE e.seq = ${from - 1})`;
    });
  await cut(9);
  expect(await verifyAudit(scopes().acme)).toMatchObject({ fault: null, rows: 8 });
  await cut(7);
  expect(await verifyAudit(scopes().acme)).toMatchObject({ fault: { kind: 'cut', seq: '7', until: '8' }, rows: 6 });
  expect(await sign(new Date())).toEqual({ kind: 'contradicted', seq: '8' });
  expect(await checkpointsDue(worker(), PACE)).toEqual([scopes().seed.acme.id]);
  await tamper(support.admin, (sql) => sql`DELETE FROM audit_events`);
  await tamper(support.admin, (sql) => sql`DELETE FROM audit_heads`);
  expect(await verifyAudit(scopes().acme)).toMatchObject({
    fault: { kind: 'cut', seq: '1', until: '8' },
    rows: 0,
  });
});

test.for([
  {
    edited: 6,
    fault: { kind: 'rechained', seq: '5', until: '8' },
    rows: 4,
    signed: { kind: 'contradicted', seq: '8' },
  },
  {
    edited: 8,
    fault: { kind: 'rechained', seq: '5', until: '8' },
    rows: 4,
    signed: { kind: 'contradicted', seq: '8' },
  },
  {
    edited: 2,
    fault: { kind: 'rechained', seq: '1', until: '4' },
    rows: 0,
    signed: { kind: 'contradicted', seq: '8' },
  },
  // What lies after the last checkpoint is the limit.
  { edited: 9, fault: null, rows: 10, signed: { kind: 'made', seq: '10' } },
])('a chain that was made anew from row $edited on', async ({ edited, fault, rows, signed }) => {
  await tamper(support.admin, async (sql) => {
    await sql`UPDATE audit_events SET reason = 'another' WHERE seq = ${edited}`;
    await rechain(sql, scopes().seed.acme.id, edited);
  });
  expect(await verifyAudit(scopes().acme)).toMatchObject({ fault, rows });
  expect(await sign(new Date())).toEqual(signed);
});

test('a row that was taken out of the middle and the rest made anew', async () => {
  await tamper(support.admin, async (sql) => {
    await sql`DELETE FROM audit_events WHERE seq = 5`;
    await sql`UPDATE audit_events SET seq = seq - 1 WHERE seq > 5`;
    await rechain(sql, scopes().seed.acme.id, 5);
  });
  expect(await verifyAudit(scopes().acme)).toMatchObject({ fault: { kind: 'rechained', seq: '5', until: '8' } });
});

test('the start of a chain that was cut off is missed, although a checkpoint would vouch for the rest', async () => {
  await tamper(support.admin, (sql) => sql`DELETE FROM audit_events WHERE seq <= 4`);
  expect(await verifyAudit(scopes().acme, withFile())).toMatchObject({
    fault: { kind: 'removed', seq: '1', until: '4' },
    rows: 0,
  });
});

test.for(['seq = 7', `made_at = made_at + interval '1 second'`, `signature = sha256('x')`, `hash = sha256('x')`])(
  'a checkpoint that was changed has a bad signature: %s',
  async (change) => {
    await tamper(support.admin, (sql) => sql.unsafe(`UPDATE audit_checkpoints SET ${change} WHERE seq = 8`));
    const seq = change === 'seq = 7' ? '7' : '8';
    expect(await verifyAudit(scopes().acme)).toMatchObject({ fault: { kind: 'bad-signature', seq } });
  },
);

test('a key that is no key gives a bad signature', async () => {
  await tamper(support.admin, (sql) => sql`UPDATE audit_checkpoints SET key_id = 'none' WHERE seq = 8`);
  expect(await verifyAudit(scopes().acme)).toMatchObject({ fault: { kind: 'bad-signature', seq: '8' } });
});

test('a trail that was made anew and signed again with another key is found by the public key, not without it', async () => {
  await tamper(support.admin, async (sql) => {
    await sql`UPDATE audit_events SET reason = 'another' WHERE seq = 6`;
    await rechain(sql, scopes().seed.acme.id, 6);
    await sql`DELETE FROM audit_checkpoints WHERE seq = 8`;
  });
  expect(await sign(new Date(), other)).toEqual({ kind: 'made', seq: '10' });
  expect(await verifyAudit(scopes().acme)).toMatchObject({ fault: null });
  expect(await verifyAudit(scopes().acme, withKey())).toMatchObject({ fault: { kind: 'unknown-key', seq: '10' } });
});

test('a checkpoint that was removed is found by the file, and so is what it vouched for', async () => {
  await tamper(support.admin, (sql) => sql`DELETE FROM audit_checkpoints WHERE seq = 8`);
  expect(await verifyAudit(scopes().acme, withKey())).toMatchObject({ fault: null, signedUntil: '4' });
  expect(await verifyAudit(scopes().acme, withFile())).toMatchObject({
    fault: { kind: 'checkpoint-removed', seq: '8' },
  });
  await tamper(support.admin, async (sql) => {
    await sql`UPDATE audit_events SET reason = 'another' WHERE seq = 8`;
    await rechain(sql, scopes().seed.acme.id, 8);
  });
  expect(await verifyAudit(scopes().acme, withKey())).toMatchObject({ fault: null });
  expect(await verifyAudit(scopes().acme, withFile())).toMatchObject({
    fault: { kind: 'rechained', seq: '5', until: '8' },
  });
});
