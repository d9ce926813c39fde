import path from 'node:path';
import { writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import type { PostgresSettings } from '../source/config/settings.ts';
import { appendToCheckpointFile } from '../source/postgres/audit-checkpoint-file.ts';
import { listCheckpoints, makeCheckpoint } from '../source/postgres/audit-checkpoints.ts';
import { type AuditProof, verifyAudit } from '../source/postgres/audit-verify.ts';
import { openDatabase } from '../source/postgres/database.ts';
import { tamper, useAuditKey } from './support/audit.ts';
import { type CliResult, databaseVariables, useCli } from './support/cli.ts';
import { appendAt, fakeAuditClock } from './support/old-audit.ts';
import { useDatabase } from './support/postgres.ts';
import { useScopes } from './support/scopes.ts';

const cli = useCli();
const database = useDatabase();
const scopes = useScopes(database);
const keys = useAuditKey();
const file = path.join(keys.folder, 'checkpoints.jsonl');

/** The 15th of a month so many before this one. */
function monthsAgo(count: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count, 15));
}
const name = (count: number): string => monthsAgo(count).toISOString().slice(0, 7);

async function sign(organizationId: string): Promise<void> {
  const worker = openDatabase(database.settings('netup_worker'));
  await makeCheckpoint(worker.organization(organizationId), keys.key, new Date());
  await worker.close();
}

/** Writes all checkpoints into the file, as a worker does after each. */
async function fileAll(): Promise<void> {
  writeFileSync(file, '');
  const { acme, globex } = scopes();
  for (const { sql, organizationId } of [acme, globex]) {
    await appendToCheckpointFile(file, await listCheckpoints(sql, organizationId, '0'));
  }
}

function retain(...argv: readonly string[]): Promise<CliResult> {
  return retainAs(database.adminSettings(), ...argv);
}

function retainAs(admin: PostgresSettings, ...argv: readonly string[]): Promise<CliResult> {
  return cli.run(['audit', 'retain', '--public-key', keys.publicKey, '--checkpoints', file, ...argv], {
    ...databaseVariables(database.settings('app_user')),
    PG_ADMIN_USER: admin.user,
    PG_ADMIN_PASSWORD: admin.password,
  });
}

const proof = (): AuditProof => ({ trusted: new Set([keys.key.id]), filed: null });

async function months(): Promise<readonly string[]> {
  const rows = await database.admin<{ month: string }[]>`
    SELECT replace(right(relname, 7), '_', '-') AS month FROM pg_class JOIN pg_inherits ON inhrelid = pg_class.oid
    WHERE inhparent = 'audit_events'::regclass AND relname ~ '[0-9]$' ORDER BY 1`;
  return rows.map(({ month }) => month).filter((month) => month < name(0));
}

/** acme has rows 1-3, 4-5 and 6 in three old months, globex 1-2 in the last of them only. */
beforeAll(async () => {
  const { acme, globex } = scopes().seed;
  await fakeAuditClock(database.admin);
  const at = (count: number): string => monthsAgo(count).toISOString();
  await appendAt(database.admin, acme.id, at(4), ['r1', 'r2', 'r3']);
  await appendAt(database.admin, acme.id, at(3), ['r4', 'r5']);
  await appendAt(database.admin, acme.id, at(2), ['r6']);
  await appendAt(database.admin, globex.id, at(2), ['g1', 'g2']);
  await sign(globex.id);
  writeFileSync(file, '');
});

test('nothing goes while no checkpoint vouches for all of it', async () => {
  const { code, stdout, stderr } = await retain('--keep', '2');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    `acme: no signed checkpoint vouches for row 5, the last of ${name(3)}; a running \`netup-tui worker\` makes them. Nothing was removed.\n`,
  );
  expect(await months()).toEqual([name(4), name(3), name(2)]);
});

test('nothing goes of a trail that does not verify', async () => {
  await sign(scopes().seed.acme.id);
  await fileAll();
  await tamper(database.admin, (sql) => sql`UPDATE audit_events SET reason = 'x' WHERE seq = 6`);
  const { code, stderr } = await retain('--keep', '2');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'acme: row 6 was edited: it no longer has the hash of what it says. Nothing was removed.\n',
  });
  await tamper(database.admin, (sql) => sql`UPDATE audit_events SET reason = NULL WHERE seq = 6`);
  expect(await months()).toHaveLength(3);
});

test.for([{ flags: '' }, { flags: '--keep 0' }, { flags: '--keep 1.5' }, { flags: '--keep x' }])(
  'needs a number of months, not $flags',
  async ({ flags }) => {
    const argv = flags.split(' ').filter(Boolean);
    expect(await retain(...argv)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--keep') });
  },
);

test('takes the administrator', async () => {
  const { code, stderr } = await cli.run(['audit', 'retain', '--keep', '1'], {
    ...databaseVariables(database.settings('app_user')),
    PG_ADMIN_USER: 'app_user',
    PG_ADMIN_PASSWORD: database.settings('app_user').password,
  });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'The PostgreSQL login "app_user" is no administrator: set PG_ADMIN_USER to a member of netup_owner.\n',
  });
});

test('old months go with a row in the trail of each organization that loses some, and what is left verifies', async () => {
  const { acme, globex } = scopes();
  const trial = await retain('--keep', '2', '--dry-run');
  expect(trial).toMatchObject({ code: 0, stderr: '' });
  expect(trial.stdout).toBe(
    `${name(4)} would go: rows: 3 of acme (up to row 3).\n${name(3)} would go: rows: 2 of acme (up to row 5).\n`,
  );
  expect(await months()).toHaveLength(3);

  const gone = await retain('--keep', '2', '--json');
  expect(gone).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(gone.stdout)).toEqual([
    { month: name(4), organizations: [{ slug: 'acme', rows: 3, until: '3' }] },
    { month: name(3), organizations: [{ slug: 'acme', rows: 2, until: '5' }] },
  ]);
  expect(await months()).toEqual([name(2)]);
  const told = await database.admin`
    SELECT seq::text, target_id, actor_name, before, after FROM audit_events WHERE action = 'audit.retain' ORDER BY seq`;
  expect(told).toMatchObject([
    { seq: '7', target_id: name(4), before: { first_seq: '1', until_seq: '3', rows: 3 }, after: { first_seq: '4' } },
    { seq: '8', target_id: name(3), before: { first_seq: '4', until_seq: '5', rows: 2 }, after: { first_seq: '6' } },
  ]);
  expect(await verifyAudit(acme, proof())).toEqual({
    rows: 3,
    fault: null,
    retained: { until: '5', event: '8' },
    signedUntil: '6',
  });
  expect(await verifyAudit(globex, proof())).toMatchObject({ rows: 2, fault: null, retained: null });

  const verified = await cli.run(['audit', 'verify', '--public-key', keys.publicKey, '--checkpoints', file], {
    ...databaseVariables(database.settings('app_user')),
    NETUP_OPERATOR: 'ana',
  });
  expect(verified).toEqual({
    code: 0,
    stdout:
      'acme: 3 rows, all as they were written, from row 6 on (retention, row 8); signed for up to row 6.\n' +
      'globex: 2 rows, all as they were written; signed for up to row 2.\n',
    stderr: '',
  });
});

test('a trail that has lost all its rows goes on from its checkpoint', async () => {
  const { acme, globex } = scopes();
  // The owner is held by row-level security, as an administrator who is no superuser.
  expect(await retainAs(database.settings('netup_owner'), '--keep', '1')).toMatchObject({ code: 0, stderr: '' });
  expect(await verifyAudit(globex, proof())).toEqual({
    rows: 1,
    fault: null,
    retained: { until: '2', event: '3' },
    signedUntil: '2',
  });
  expect(await verifyAudit(acme, proof())).toMatchObject({ fault: null, retained: { until: '6', event: '9' } });
  expect(await retain('--keep', '1')).toMatchObject({
    code: 0,
    stdout: 'No month of the audit trail is old enough to go.\n',
  });
});

test('what somebody removes from the start after that is missed, and so is the checkpoint that the start hangs on', async () => {
  const { acme, globex } = scopes();
  await tamper(database.admin, (sql) => sql`DELETE FROM audit_events WHERE seq = 7`);
  expect((await verifyAudit(acme, proof())).fault).toEqual({ kind: 'removed', seq: '1', until: '7' });
  await tamper(database.admin, (sql) => sql`DELETE FROM audit_checkpoints`);
  expect((await verifyAudit(globex, proof())).fault).toEqual({ kind: 'unanchored', seq: '3' });
});

test('rows that no month was made for are not left behind', async () => {
  await database.admin.begin(async (sql) => {
    const { acme } = scopes().seed;
    const old = monthsAgo(20).toISOString();
    await sql`SELECT set_config('test.clock', ${old}, true), set_config('app.current_org_id', ${acme.id}, true)`;
    await sql`UPDATE audit_heads SET "timestamp" = '-infinity'`;
    const event = { actor_name: 'b', actor_role: 'o', action: 'x', target_type: 'x', target_id: 'x', source: 'cli' };
    await sql`SELECT audit_append_batch(${sql.json([{ ...event, correlation_id: '' }])})`;
  });
  expect(await retain('--keep', '1')).toMatchObject({
    code: 1,
    stdout: '',
    stderr:
      'Rows of old months have no month of their own yet: run `netup-tui migrate`, which moves them, and try again.\n',
  });
  await database.admin`SELECT audit_ensure_partitions(3)`;
  expect(await months()).toEqual([name(20)]);
});
