import { appendFileSync, chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { appendAudit } from '../source/postgres/audit.ts';
import { rechain, tamper } from './support/audit.ts';
import { type CliResult, databaseVariables, type RunningProgram, useCli } from './support/cli.ts';
import { startCuttingProxy } from './support/cutting-proxy.ts';
import { useDatabase } from './support/postgres.ts';
import { useScopes } from './support/scopes.ts';

const cli = useCli();
const database = useDatabase();
const scopes = useScopes(database);
const keyFile = path.join(cli.folder, 'keys', 'audit-key');
const file = path.join(cli.folder, 'checkpoints.jsonl');
const PATIENT = { timeout: 20_000 };

const AUDIT_FILES = { NETUP_AUDIT_KEY_FILE: keyFile, NETUP_AUDIT_CHECKPOINTS: file };

function workerEnv(): Record<string, string> {
  return { ...databaseVariables(database.settings('netup_worker')), ...AUDIT_FILES };
}

/** `audit verify` with a worker's files, on another account's machine. */
function verify(...argv: readonly string[]): Promise<CliResult> {
  return cli.run(
    ['audit', 'verify', '--organization', 'acme', '--public-key', `${keyFile}.pub`, '--checkpoints', file, ...argv],
    {
      ...databaseVariables(database.settings('app_user')),
      NETUP_OPERATOR: 'ana',
    },
  );
}

async function append(...targets: readonly string[]): Promise<void> {
  const entry = { actor: null, action: 'router.set', targetType: 'router' };
  await scopes().acme.transaction((sql) =>
    appendAudit(
      sql,
      targets.map((targetId) => ({ ...entry, targetId })),
    ),
  );
}

const lines = (): readonly string[] => readFileSync(file, 'utf8').trimEnd().split('\n');
const seqSchema = z.object({ seq: z.string() });
const filed = (): readonly string[] => lines().map((line) => seqSchema.parse(JSON.parse(line)).seq);

/** All that a program has said so far. */
function heard(program: RunningProgram): () => string {
  let text = '';
  program.child.stdout.on('data', (chunk) => (text += String(chunk)));
  return () => text;
}

beforeAll(() => append('r1', 'r2', 'r3'));

test('audit key create makes a key that only its account can read, once', async () => {
  const create = (): Promise<CliResult> => cli.run(['audit', 'key', 'create'], AUDIT_FILES);
  const once = (): Promise<CliResult> => cli.run(['worker', '--once'], workerEnv());
  expect((await once()).stderr).toMatch(
    /^The audit key ".*" cannot be read \(ENOENT\); NETUP_AUDIT_KEY_FILE names it/u,
  );
  expect((await create()).stderr).toMatch(/cannot be written \(ENOENT\)\.\n$/u);
  mkdirSync(path.dirname(keyFile));
  expect(await create()).toMatchObject({ code: 0, stderr: '' });
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  const pem = readFileSync(keyFile, 'utf8');
  const again = await create();
  expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/is there already, and was left as it is/u) });
  expect(readFileSync(keyFile, 'utf8')).toBe(pem);
  chmodSync(keyFile, 0o640);
  const refused = await once();
  expect(refused.stderr).toMatch(/^The audit key ".*" has the mode 0640, .*: chmod 600 it\.\n$/u);
  expect(refused.code).toBe(1);
  chmodSync(keyFile, 0o600);
});

test.for([
  ['a superuser', () => database.adminSettings(), /is a superuser/u],
  [
    'the console',
    () => database.settings('app_user'),
    /is not a member of netup_worker, which is what a worker needs/u,
  ],
] as const)('a worker refuses the login of %s', async ([_who, settings, fault]) => {
  const refused = await cli.run(['worker'], { ...workerEnv(), ...databaseVariables(settings()) });
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(fault) });
});

test('worker --once makes months, signs what is new, writes it to the file, and ends', async () => {
  const months = (): Promise<readonly unknown[]> =>
    database.admin`SELECT FROM pg_inherits WHERE inhparent = 'audit_events'::regclass`;
  const before = (await months()).length;
  const [row] = await database.admin<{ name: string }[]>`
    SELECT 'audit_events_' || to_char(now() AT TIME ZONE 'UTC' + interval '3 months', 'YYYY_MM') AS name`;
  await database.admin.unsafe(`DROP TABLE ${row?.name ?? ''}`);
  const first = await cli.run(['worker', '--once'], workerEnv());
  expect(first).toEqual({ code: 0, stdout: 'audit partitions: made 1 month.\n', stderr: '' });
  expect(await months()).toHaveLength(before);
  expect(filed()).toEqual(['3']);
  expect(await cli.run(['worker', '--once'], workerEnv())).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(filed()).toEqual(['3']);
  expect(await verify()).toEqual({
    code: 0,
    stdout: 'acme: 3 rows, all as they were written; signed for up to row 3.\n',
    stderr: '',
  });
});

test('what a crash kept from the file, or left half written in it, is mended', async () => {
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, whole.slice(0, 50));
  expect((await verify()).code).toBe(0);
  await cli.run(['worker', '--once'], workerEnv());
  expect(readFileSync(file, 'utf8')).toBe(whole);
  appendFileSync(file, '{"seq":"9"}\n');
  onTestFinished(() => writeFileSync(file, whole));
  expect(await verify()).toMatchObject({ code: 1, stderr: expect.stringMatching(/line 2, is no checkpoint\.\n$/u) });
});

test('audit verify says that a file knows nothing of the organization', async () => {
  const empty = path.join(cli.folder, 'empty.jsonl');
  writeFileSync(empty, '');
  const { code, stderr } = await cli.run(
    ['audit', 'verify', '--organization', 'acme', '--public-key', `${keyFile}.pub`, '--checkpoints', empty],
    { ...databaseVariables(database.settings('app_user')), NETUP_OPERATOR: 'ana' },
  );
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'The checkpoint file has no checkpoint of acme, so those in the database are all.\n',
  });
});

test('audit verify refuses files that cannot be used', async () => {
  const command = ['audit', 'verify', '--organization', 'acme'];
  const env = { ...databaseVariables(database.settings('app_user')), NETUP_OPERATOR: 'ana' };
  const missing = await cli.run([...command, '--checkpoints', '/nowhere'], env);
  expect(missing).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/cannot be read \(ENOENT\)/u) });
  const secret = await cli.run([...command, '--public-key', keyFile], env);
  expect(secret).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/does not hold Ed25519 public/u) });
});

test('a worker that stays up goes on after an outage, and stops cleanly when it is told to', async () => {
  const proxy = await startCuttingProxy(database.settings('netup_worker'));
  onTestFinished(() => proxy.stop());
  await proxy.cut();
  const worker = cli.start(['worker'], { ...workerEnv(), PG_PORT: String(proxy.port) });
  const said = heard(worker);
  expect(await worker.firstLine).toMatch(/^PostgreSQL at \S+ does not answer .* The worker goes on trying\.$/u);
  await proxy.mend();
  await vi.waitFor(
    () => expect(said()).toContain('The worker is up: upgrades, audit partitions, audit checkpoints, '),
    PATIENT,
  );
  expect(said().match(/PostgreSQL answers again/gu)).toHaveLength(1);
  worker.child.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
  expect(said()).toMatch(/The worker has stopped\.\n$/u);
}, 40_000);

test('a trail that contradicts its checkpoint is not signed any further, and audit verify says why', async () => {
  await append('r4');
  await tamper(database.admin, async (sql) => {
    await sql`UPDATE audit_events SET reason = 'another' WHERE seq = 2`;
    await rechain(sql, scopes().seed.acme.id, 2);
  });
  // As if the last checkpoint were old enough for the next.
  await tamper(database.admin, (sql) => sql`UPDATE audit_checkpoints SET made_at = '2026-01-01'`);
  const worker = await cli.run(['worker', '--once'], workerEnv());
  expect(worker.stdout).toMatch(
    /^audit checkpoints: the trail of organization \S+ is not what was signed for row 3, so /u,
  );
  expect(filed()).toEqual(['3']);
  await tamper(database.admin, (sql) => sql`DELETE FROM audit_checkpoints`);
  const found = await verify();
  expect(found.code).toBe(1);
  expect(found.stdout).toMatch(/^acme: one of the rows 1 to 3 was changed and the hashes from it on made anew/u);
});
