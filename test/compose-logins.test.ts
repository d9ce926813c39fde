import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedServer, startEmbeddedServer } from '../source/demo/embedded-server.ts';

const root = path.join(import.meta.dirname, '..');
const run = promisify(execFile);

/** Passwords that would break out of SQL, of psql's variables or of the shell. */
const logins = {
  agent: { password: `a'; DROP ROLE app_user; --"\\ $(id) :'login'`, role: 'app_user' },
  'the worker': { password: 'secret-of-the-worker', role: 'netup_worker' },
  'reader"s': { password: 'secret-of-the-reader', role: 'netup_readonly' },
} as const;

/** What the image of PostgreSQL does on the first start with what docker-compose.yml mounts, on a server that logs everything. */
describe('the scripts for a first start of PostgreSQL', () => {
  let folder = '';
  let server: EmbeddedServer;
  let missing: string | null = null;

  beforeAll(async () => {
    missing = await reasonWithoutPsql();
    if (missing !== null) return;
    folder = await mkdtemp(path.join(tmpdir(), 'netup-compose-'));
    server = await startEmbeddedServer({
      directory: folder,
      binaries: path.join(tmpdir(), `netup-test-binaries-${process.getuid?.() ?? 0}`),
      settings: ['fsync=off', 'log_statement=all', 'log_min_duration_statement=0', 'log_min_messages=info'],
    });
    await run(
      'psql',
      ['-v', 'ON_ERROR_STOP=1', '--username', server.adminUser, '--dbname', 'postgres', '-f', 'sql/schema.sql'],
      {
        cwd: root,
        env: environment(),
      },
    );
    await makeLogins();
  });
  afterAll(async () => {
    if (missing !== null) return;
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach((context) => {
    if (missing !== null) context.skip(missing);
  });

  function environment(): NodeJS.ProcessEnv {
    const [agent, worker, reader] = Object.entries(logins);
    return {
      PATH: process.env['PATH'],
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGPASSWORD: server.adminPassword,
      POSTGRES_USER: server.adminUser,
      POSTGRES_DB: 'postgres',
      PG_USER: agent?.[0],
      PG_PASSWORD: agent?.[1].password,
      PG_WORKER_USER: worker?.[0],
      PG_WORKER_PASSWORD: worker?.[1].password,
      PG_READER_USER: reader?.[0],
      PG_READER_PASSWORD: reader?.[1].password,
    };
  }

  async function makeLogins(): Promise<string> {
    const { stdout, stderr } = await run(path.join(root, 'deploy/postgres/02-logins.sh'), [], { env: environment() });
    return stdout + stderr;
  }

  test.each(Object.entries(logins))(
    'make %s, who logs in with its password and has one role',
    async (user, { password, role }) => {
      const { host, port } = server;
      const sql = postgres({ host, port, user, password, database: 'postgres', max: 1 });
      try {
        const rows = await sql`
        SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole AS mighty,
          ARRAY(SELECT roleid::regrole::text FROM pg_auth_members WHERE member = pg_roles.oid) AS roles
        FROM pg_roles WHERE rolname = session_user`;
        expect([...rows]).toEqual([{ mighty: false, roles: [role] }]);
      } finally {
        await sql.end();
      }
    },
  );

  test('refuse a login without its password', async () => {
    const { host, port } = server;
    const sql = postgres({ host, port, user: 'agent', password: 'another', database: 'postgres', max: 1 });
    await expect(sql`SELECT 1`).rejects.toMatchObject({ code: '28P01' });
    await sql.end();
  });

  test('fail where a login is there already, and leave no password in the log or in what they print', async () => {
    const failure: unknown = await makeLogins().catch((error: unknown) => error);
    expect(failure).toHaveProperty('stderr', expect.stringContaining('already exists'));
    const log = await readFile(path.join(folder, 'postgres.log'), 'utf8');
    // It does log: the statements of the schema are there, and so is the fault.
    expect(log).toContain('CREATE TABLE organizations');
    expect(log).toContain('already exists');
    for (const text of [log, JSON.stringify(failure)]) {
      for (const { password } of Object.values(logins)) expect(text).not.toContain(password.slice(0, 20));
      expect(text).not.toContain('SCRAM-SHA-256$');
    }
  });
});

/** Null if there is one that reads variables from the environment, as the one in the image does. */
async function reasonWithoutPsql(): Promise<string | null> {
  const found = await run('psql', ['--version']).catch(() => null);
  const major = Number(/(?<major>\d+)/u.exec(found?.stdout ?? '')?.groups?.['major'] ?? 0);
  return major >= 15 ? null : 'psql 15 or newer is not on PATH';
}
