import { spawn } from 'node:child_process';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, expect, test } from 'vitest';
import { appendAudit } from '../source/postgres/audit.ts';
import { type CliResult, databaseVariables, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';
import { useScopes } from './support/scopes.ts';

const cli = useCli();
const database = useDatabase();
const scopes = useScopes(database);
const ALWAYS = ['--from', '2020-01-01', '--to', '2999-12-31'];
const HOSTILE = '=HYPERLINK("http://x")\u001b[2J\u202e\u0085\nsecond, line';

function env(): Record<string, string> {
  return { ...databaseVariables(database.settings('app_user')), NETUP_OPERATOR: 'ana' };
}
const run = (...argv: string[]): Promise<CliResult> =>
  cli.run(['audit', 'export', '--organization', 'acme', ...argv], env());

beforeAll(async () => {
  const entry = { actor: null, action: 'router.set', targetType: 'router' };
  await scopes().acme.transaction((sql) =>
    appendAudit(sql, [
      { ...entry, targetId: 'r1', before: { note: HOSTILE }, after: { target: '17.12.4' }, reason: HOSTILE },
      ...Array.from({ length: 20_000 }, (_, index) => ({ ...entry, targetId: `more-${index}` })),
    ]),
  );
  await scopes().globex.transaction((sql) => appendAudit(sql, [{ ...entry, targetId: 'theirs' }]));
});

test('jsonl has every row in order, exact, with nothing in it that a terminal would obey', async () => {
  const { code, stdout, stderr } = await run(...ALWAYS, '--format', 'jsonl');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(20_001);
  expect(lines.join('')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  const rows = lines.map((line) => JSON.parse(line));
  expect(rows[0]).toMatchObject({
    organization: 'acme',
    seq: '1',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/u),
    actor_id: null,
    actor_name: 'administrator',
    before: { note: HOSTILE },
    after: { target: '17.12.4' },
    reason: HOSTILE,
    prev_hash: '',
    hash: expect.stringMatching(/^[0-9a-f]{64}$/u),
  });
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => String(index + 1)));
  expect(stdout).not.toContain('theirs');
});

test('csv has a header, and nothing in it that a spreadsheet or a terminal would obey', async () => {
  const { code, stdout, stderr } = await run(...ALWAYS, '--format', 'csv');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  const rows: Record<string, string>[] = parse(stdout, { columns: true });
  expect(rows).toHaveLength(20_001);
  expect(rows[0]).toMatchObject({
    organization: 'acme',
    seq: '1',
    target_id: 'r1',
    actor_id: '',
    after: '{"target": "17.12.4"}',
    reason: `'=HYPERLINK("http://x") second, line`,
  });
});

test('the last day of the period is included, and no other', async () => {
  const [row] = await database.admin<{ today: string; yesterday: string }[]>`
    SELECT to_char(at, 'YYYY-MM-DD') AS today, to_char(at - interval '1 day', 'YYYY-MM-DD') AS yesterday
    FROM (SELECT "timestamp" AT TIME ZONE 'UTC' AS at FROM audit_events WHERE target_id = 'r1') AS row`;
  const [today, yesterday] = [row?.today ?? '', row?.yesterday ?? ''];
  const count = async (from: string, to: string): Promise<number> =>
    (await run('--from', from, '--to', to, '--format', 'jsonl')).stdout.split('\n').length - 1;
  expect(await count(today, today)).toBe(20_001);
  expect(await count(yesterday, yesterday)).toBe(0);
});

test('a reader that goes away is no failure', async () => {
  const program = path.join(import.meta.dirname, '..', 'bin', 'netup-tui.js');
  const variables = { ...env(), PATH: process.env['PATH'], HOME: cli.folder, NETUP_STATE_DIR: cli.folder };
  const child = spawn(process.execPath, [program, 'audit', 'export', ...ALWAYS, '--format', 'jsonl'], {
    env: variables,
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  child.stdout.once('data', () => child.stdout.destroy());
  const { promise: ended, resolve } = Promise.withResolvers<number | string | null>();
  child.once('close', (code, signal) => resolve(code ?? signal));
  expect(await ended).toBe(0);
  expect(said).toBe('');
});

test.for([
  [['--to', '2026-01-31', '--format', 'csv'], '--from DATE is needed, as 2026-01-31.'],
  [['--from', '2026-02-30', '--to', '2026-03-31', '--format', 'csv'], '--from "2026-02-30" is no day'],
  [['--from', '2026-02-03', '--to', 'tomorrow', '--format', 'csv'], '--to "tomorrow" is no day'],
  [['--from', '2026-02-03', '--to', '2026-02-02', '--format', 'csv'], 'is after --to'],
  [ALWAYS, '--format is needed: jsonl or csv.'],
  [[...ALWAYS, '--format', 'xml'], '--format is needed: jsonl or csv.'],
] as const)('%j is refused', async ([argv, sentence]) => {
  expect(await run(...argv)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(sentence) });
});
