import { beforeAll, describe, expect, test } from 'vitest';
import { databaseVariables, type CliResult, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';

const cli = useCli();
const database = useDatabase();

beforeAll(() => database.seed());

function as(name: string, ...argv: readonly string[]): Promise<CliResult> {
  const { user, password } = database.adminSettings();
  const env = {
    ...databaseVariables(database.settings('app_user')),
    PG_ADMIN_USER: user,
    PG_ADMIN_PASSWORD: password,
    NETUP_OPERATOR: name,
    NETUP_ORGANIZATION: 'acme',
  };
  return cli.run(argv, env);
}

const audit = (action: string): Promise<readonly unknown[]> => database.admin`
  SELECT o.slug, e.actor_name AS actor, e.before, e.after FROM audit_events AS e
  JOIN organizations AS o ON o.id = e.organization_id WHERE e.action = ${action} ORDER BY e.timestamp`;

describe('limits and blackouts', () => {
  test('are shown to everybody, and set by an admin, audited', async () => {
    const before = await as('cy', 'limits', 'show');
    expect(before.stdout).toMatch(/^at one site +1$/mu);
    expect(before.stdout).toMatch(/^in acme +20$/mu);
    expect(before.stdout).toMatch(/^over all organizations +none$/mu);
    expect((await as('ana', 'limits', 'set', '--per-site', '2')).stderr).toContain('takes the role admin');
    const after = await as('ada', 'limits', 'set', '--per-site', '2', '--per-organization', 'none');
    expect(after.stdout).toMatch(/^at one site +2$/mu);
    await as('ada', 'limits', 'set', '--per-site', '2');
    expect(await audit('limits.set')).toEqual([
      {
        slug: 'acme',
        actor: 'ada',
        before: { perSite: 1, perOrganization: 20 },
        after: { perSite: 2, perOrganization: null },
      },
    ]);
  });

  test('over all organizations are set by the administrator of the database, audited in each', async () => {
    expect((await as('ada', 'limits', 'set', '--overall', '7')).stdout).toBe(
      'Over all organizations 7 upgrades may run at once.\n',
    );
    const shown = await as('cy', 'limits', 'show', '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ overall: 7, inUse: 0 });
    const entry = { actor: 'administrator', before: { overall: null }, after: { overall: 7 } };
    expect((await audit('limits.set')).slice(-2)).toEqual([
      { slug: 'acme', ...entry },
      { slug: 'globex', ...entry },
    ]);
  });

  test.for([
    [['limits', 'set'], 'nothing to set'],
    [['limits', 'set', '--per-site', '0'], '--per-site must be a whole number from 1 to 100000, or none.'],
    [['limits', 'set', '--per-site', '1', '--overall', '3'], 'give it alone'],
    [['router', 'set', 'ams-core-01', '--group', 'a b', '--reason', 'x'], '"a b" is no name for a group'],
  ] as const)('%s is one sentence', async ([argv, sentence]) => {
    const result = await as('ada', ...argv);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(sentence);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });

  test.for([
    [['--to', '2030-01-01'], '--to must be a time with its zone'],
    [['--to', '2020-01-01T00:00Z', '--from', '2019-01-01T00:00Z', '--reason', 'x'], '--to is in the past'],
    [['--to', '2030-01-01T00:00Z'], '--reason TEXT is needed'],
    [['--reason', 'x'], '--to TIME is needed'],
  ] as const)('blackouts add %s is one sentence', async ([argv, sentence]) => {
    const result = await as('ana', 'blackouts', 'add', ...argv);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(sentence);
  });

  test('blackouts are added and removed by approvers, and listed for everybody', async () => {
    const flags = ['--from', '2030-01-01T00:00Z', '--to', '2030-01-02T00:00Z', '--site', 'ams', '--reason', 'fair'];
    expect((await as('ben', 'blackouts', 'add', ...flags)).stderr).toContain('takes the role approver');
    const added = await as('ana', 'blackouts', 'add', ...flags);
    expect(added.stdout).toMatch(/^Blackout \d+ of acme holds from 2030-01-01T00:00Z to 2030-01-02T00:00Z\.\n$/u);
    const id = /\d+/u.exec(added.stdout)?.[0] ?? '';
    expect((await as('cy', 'blackouts', 'list')).stdout).toMatch(/^\d+ +ams +2030-01-01T00:00Z .* ana +fair$/mu);
    expect((await as('ana', 'blackouts', 'remove', id)).stdout).toBe(`Blackout ${id} of acme is removed.\n`);
    expect((await as('cy', 'blackouts', 'list')).stdout).toBe('There are no blackouts in acme.\n');
  });

  test('approval rules are shown to everybody, and set by an admin, audited', async () => {
    expect((await as('cy', 'approval-rules', 'show')).stdout).toMatch(/^how long it holds +168 h$/mu);
    const flags = ['--approvers', '2', '--expires', 'none', '--require-reference'];
    expect((await as('ana', 'approval-rules', 'set', ...flags)).stderr).toContain('takes the role admin');
    const after = await as('ada', 'approval-rules', 'set', ...flags);
    expect(after.stdout).toMatch(/^how many have to approve +2$/mu);
    expect(after.stdout).toMatch(/^how long it holds +for ever$/mu);
    expect((await as('ada', 'approval-rules', 'set', '--no-require-reference')).stdout).toMatch(/is +optional$/mu);
    expect(await audit('approval_rules.set')).toHaveLength(2);
    expect((await as('ada', 'approval-rules', 'set', '--approvers', '3')).stderr).toContain('must be 1 or 2');
    expect((await as('ada', 'upgrades', 'break-glass', '1')).stderr).toContain('--reason TEXT is needed');
  });

  test('a router is put into a redundancy group, audited', async () => {
    await as('ben', 'router', 'set', 'ams-edge-01', '--group', 'ams-edge', '--reason', 'they stand in for each other');
    expect(await audit('router.set')).toEqual([
      { slug: 'acme', actor: 'ben', before: { redundancy_group: null }, after: { redundancy_group: 'ams-edge' } },
    ]);
  });
});
