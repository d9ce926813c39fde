import { beforeAll, expect, test } from 'vitest';
import { type CliResult, databaseVariables, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';
import type { Seed } from './support/seed.ts';

const cli = useCli();
const database = useDatabase();
let seed: Seed;

beforeAll(async () => {
  seed = await database.seed();
});

function as(name: string, ...argv: readonly string[]): Promise<CliResult> {
  const person = { NETUP_OPERATOR: name, NETUP_ORGANIZATION: 'acme' };
  return cli.run(['policy', ...argv], { ...databaseVariables(database.settings('app_user')), ...person });
}

const count = async (): Promise<unknown> =>
  (await database.admin`SELECT count(*)::int AS n FROM audit_events WHERE action LIKE 'policy.%'`)[0]?.['n'];

test('a policy is looked at first, added, changed and switched off, each with its audit row', async () => {
  const flags = ['fra, careful', '--site', 'fra', '--max-cpu', '60', '--window', 'Sun 02:00-04:00 Europe/Berlin'];
  const looked = await as('ada', 'add', ...flags, '--dry-run');
  expect(looked.stdout).toBe(
    'It applies to 2 routers (0 before): 2 change their policy, 0 gain one, 0 lose theirs.\n' +
      `  fra-leaf-01: #${seed.policies.any} any router -> the new one\n  fra-leaf-02: #${seed.policies.any} any router -> the new one\n` +
      'Nothing is written (--dry-run).\n',
  );
  expect(await count()).toBe(0);
  const added = await as('ada', 'add', ...flags);
  const id = /Policy #(\d+) of acme is saved/u.exec(added.stdout)?.[1] ?? '';
  expect((await as('cy', 'list')).stdout).toMatch(/ fra, careful +own +any +any +fra +0 +60% +20% +Sun 02:00–04:00 /u);
  expect((await as('ada', 'set', id, '--max-cpu', '55.5', '--window', 'none')).code).toBe(0);
  const off = await as('ada', 'off', id, '--json');
  expect(JSON.parse(off.stdout)).toMatchObject({ id, preview: { before: 2, after: 0, change: 2, lose: 0 } });
  const listed: unknown = JSON.parse((await as('cy', 'list', '--json')).stdout);
  expect(listed).toContainEqual(
    expect.objectContaining({ id, maxCpuPercent: 55.5, window: null, isActive: false, routers: 0 }),
  );
  expect(await count()).toBe(3);
});

test.each([
  ['ana', ['add', 'x'], 'to change a policy takes the role admin'],
  ['ada', ['add', 'x', '--max-cpu', '101', '--window', 'Sat'], '--max-cpu: it must be from 0 to 100'],
  ['ada', ['add', 'x', '--model', 'nope'], 'there is no model nope'],
  ['ada', ['set', '999'], 'There is no policy 999 in acme'],
] as const)('%s: policy %j is one sentence', async (who, argv, sentence) => {
  const { code, stderr } = await as(who, ...argv);
  expect(code).not.toBe(0);
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('a shared policy is not changed from an organization', async () => {
  expect((await as('ada', 'off', seed.policies.any)).stderr).toContain('is of all organizations');
});
