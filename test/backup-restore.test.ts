import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresSettings } from '../source/config/settings.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../source/demo/embedded-server.ts';
import { appendAudit } from '../source/postgres/audit.ts';
import { type CliResult, databaseVariables, useCli } from './support/cli.ts';
import { newKey } from './support/encryption-keys.ts';
import { useDatabase } from './support/postgres.ts';
import { useScopes } from './support/scopes.ts';

const run = promisify(execFile);
const cli = useCli();
const database = useDatabase();
const scopes = useScopes(database);
const folder = mkdtempSync(path.join(tmpdir(), 'netup-backup-'));
const backup = path.join(folder, 'backup');
const document = readFileSync(path.join(import.meta.dirname, '..', 'docs', 'operations.md'), 'utf8');
const files = {
  NETUP_KEY_FILE: path.join(folder, 'keys'),
  NETUP_AUDIT_KEY_FILE: path.join(folder, 'audit-key'),
  NETUP_AUDIT_CHECKPOINTS: path.join(folder, 'audit-checkpoints.jsonl'),
};
/** Of its own, since the server may run under another account. */
const serverFolder = mkdtempSync(path.join(tmpdir(), 'netup-restored-'));
let second: EmbeddedServer | null = null;

afterAll(async () => {
  await second?.stop();
  for (const made of [folder, serverFolder]) rmSync(made, { recursive: true, force: true });
});

/** The folder of the programs of PostgreSQL 15, or the reason why there is none. */
function programs(): { readonly folder: string } | { readonly reason: string } {
  const places = ['/usr/lib/postgresql/15/bin', ...(process.env['PATH'] ?? '').split(':')];
  for (const place of places.filter((one) => existsSync(path.join(one, 'pg_restore')))) {
    const said = execFileSync(path.join(place, 'pg_dump'), ['--version'], { encoding: 'utf8' });
    if (/ 15\./u.test(said) && existsSync(path.join(place, 'pg_dumpall'))) return { folder: place };
  }
  return { reason: 'no pg_dump of PostgreSQL 15 is installed' };
}

/** Runs the commands that stand in the document after a mark, as they stand there. */
async function runDocumented(mark: string, bin: string, server: PostgresSettings): Promise<void> {
  const script = new RegExp(`<!-- ${mark} -->\\n+\`\`\`sh\\n([^]*?)\`\`\``, 'u').exec(document)?.[1];
  if (script === undefined) throw new Error(`docs/operations.md has no commands for ${mark}`);
  await run('sh', ['-euc', script], {
    env: {
      PATH: `${bin}:/usr/bin:/bin`,
      PGHOST: server.host,
      PGPORT: String(server.port),
      PGUSER: server.user,
      PGPASSWORD: server.password,
      PGDATABASE: server.database,
      BACKUP: backup,
      ...files,
    },
  });
}

const worker = (): Record<string, string> => ({ ...databaseVariables(database.settings('netup_worker')), ...files });

function operator(settings: PostgresSettings): Record<string, string> {
  return { ...databaseVariables(settings), ...files, NETUP_OPERATOR: 'ada', NETUP_ORGANIZATION: 'acme' };
}

async function done(argv: readonly string[], env: Readonly<Record<string, string>>, input = ''): Promise<CliResult> {
  const result = await cli.run(argv, env, input);
  if (result.code !== 0) throw new Error(`${argv.join(' ')}: ${result.stdout}${result.stderr}`);
  return result;
}

/** So many rows in the trail. From 1,000 on they are signed for at once. */
async function change(rows: number): Promise<void> {
  const entry = { actor: null, action: 'router.set', targetType: 'router', targetId: 'r1' };
  await scopes().acme.transaction((sql) =>
    appendAudit(
      sql,
      Array.from({ length: rows }, () => entry),
    ),
  );
}

beforeAll(async () => {
  mkdirSync(backup, { mode: 0o700 });
  writeFileSync(files.NETUP_KEY_FILE, `old:${newKey()}\n`, { mode: 0o600 });
  await cli.run(['audit', 'key', 'create'], files);
  await change(1);
  await done(['worker', '--once'], worker());
  const add = ['credentials', 'add', 'routers', '--type', 'ssh_password', '--username', 'netops'];
  await done(add, operator(database.settings('app_user')), 'correct horse\n');
});

test('the commands of the document carry everything to another server, and what came later is missed', async (context) => {
  const found = programs();
  if ('reason' in found) return context.skip(found.reason);
  await runDocumented('backup', found.folder, database.adminSettings());
  for (const name of ['netup.dump', 'roles.sql']) expect(statSync(path.join(backup, name)).mode & 0o077).toBe(0);
  // After the backup life goes on, and is signed for.
  await change(1000);
  await done(['worker', '--once'], worker());

  second = await startEmbeddedServer({
    directory: serverFolder,
    binaries: path.join(tmpdir(), `netup-test-binaries-${process.getuid?.() ?? 0}`),
    settings: ['fsync=off'],
  });
  const { host, port } = second;
  const admin = { ...database.adminSettings(), host, port, user: second.adminUser, password: second.adminPassword };
  await runDocumented('restore', found.folder, admin);

  const there = { ...database.settings('app_user'), host, port };
  const proof = ['--public-key', `${files.NETUP_AUDIT_KEY_FILE}.pub`, '--checkpoints'];
  const verified = await done(
    ['audit', 'verify', ...proof, path.join(backup, 'audit-checkpoints.jsonl')],
    operator(there),
  );
  expect(verified.stdout).toMatch(/acme: \d+ rows, all as they were written; signed for up to row \d+\./u);
  const newer = path.join(folder, 'newer.jsonl');
  cpSync(files.NETUP_AUDIT_CHECKPOINTS, newer);
  const later = await cli.run(['audit', 'verify', ...proof, newer], operator(there));
  expect(later).toMatchObject({ code: 1, stdout: expect.stringContaining('acme: ') });

  // The secrets can be read with the keys, and encrypted with a new one.
  const old = readFileSync(files.NETUP_KEY_FILE, 'utf8');
  writeFileSync(files.NETUP_KEY_FILE, `new:${newKey()}\n${old}`);
  await done(['credentials', 'rotate-key'], operator(there));
  writeFileSync(files.NETUP_KEY_FILE, old);
  // A worker takes up the trail where the backup left it.
  cpSync(path.join(backup, 'audit-checkpoints.jsonl'), files.NETUP_AUDIT_CHECKPOINTS);
  await done(['worker', '--once'], {
    ...worker(),
    ...databaseVariables({ ...database.settings('netup_worker'), host, port }),
  });
  await done(['audit', 'verify', ...proof, files.NETUP_AUDIT_CHECKPOINTS], operator(there));
}, 180_000);
