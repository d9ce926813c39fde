import { beforeAll, expect, test } from 'vitest';
import { appendAudit } from '../source/postgres/audit.ts';
import { type CliResult, databaseVariables, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';
import { useScopes } from './support/scopes.ts';

const cli = useCli();
const database = useDatabase();
const scopes = useScopes(database);

function audit(argv: readonly string[], operator = 'ana'): Promise<CliResult> {
  return cli.run(['audit', ...argv], { ...databaseVariables(database.settings('app_user')), NETUP_OPERATOR: operator });
}

const UNPROVED =
  'Signatures were checked with the keys that the database names: --public-key FILE checks them with yours.\n' +
  'Checkpoints were read from the database alone: --checkpoints FILE compares them with a copy outside of it.\n';
const UNSIGNED = { retained: null, signedUntil: null, publicKey: null, checkpoints: null };

beforeAll(async () => {
  const entry = { actor: null, action: 'router.set', targetType: 'router' };
  await scopes().acme.transaction((sql) =>
    appendAudit(sql, [
      { ...entry, targetId: 'r1' },
      { ...entry, targetId: 'r2' },
      { ...entry, targetId: 'r3' },
    ]),
  );
});

test('audit verify tells of each organization of the operator, and exits 1 when a row was changed', async () => {
  expect(await audit(['verify', '--organization', 'acme'])).toEqual({
    code: 0,
    stdout: 'acme: 3 rows, all as they were written; none is signed for.\n',
    stderr: UNPROVED,
  });
  const whole = await audit(['verify', '--json']);
  expect(whole.code).toBe(0);
  expect(JSON.parse(whole.stdout)).toContainEqual({ organization: 'acme', rows: 3, fault: null, ...UNSIGNED });

  await database.admin.begin(async (sql) => {
    await sql`SET LOCAL session_replication_role = replica`;
    await sql`UPDATE audit_events SET reason = 'nothing to see' WHERE target_id = 'r2'`;
  });
  expect(await audit(['verify', '--organization', 'acme'])).toEqual({
    code: 1,
    stdout: 'acme: row 2 was edited: it no longer has the hash of what it says.\n',
    stderr: UNPROVED,
  });
  const broken = await audit(['verify', '--json']);
  expect(broken.code).toBe(1);
  expect(JSON.parse(broken.stdout)).toContainEqual({
    organization: 'acme',
    rows: 1,
    fault: { kind: 'edited', seq: '2' },
    ...UNSIGNED,
  });
});

test('audit verify refuses an organization that the operator does not belong to', async () => {
  expect(await audit(['verify', '--organization', 'nowhere'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('ana does not belong to "nowhere"; --organization can be: acme'),
  });
});
