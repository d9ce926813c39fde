import { beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../source/postgres/database.ts';
import { readUpgradeRun } from '../source/postgres/upgrade-run.ts';
import { type CliResult, databaseVariables, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';
import { queueUpgrades } from './support/queued-upgrades.ts';
import type { Seed } from './support/seed.ts';

const cli = useCli();
const database = useDatabase();
let seed: Seed;

beforeAll(async () => {
  seed = await database.seed();
});

function as(name: string, ...argv: readonly string[]): Promise<CliResult> {
  const person = { NETUP_OPERATOR: name, NETUP_ORGANIZATION: 'acme' };
  return cli.run(argv, { ...databaseVariables(database.settings('app_user')), ...person });
}

describe('site', () => {
  test('set by an admin is seen in the list and the audit trail, and by the worker that carries an upgrade out', async () => {
    const url = 'scp://images@198.51.100.9/srv';
    const set = await as('ada', 'site', 'set', 'ams', '--transfer', 'pull', '--image-url', url);
    expect(set).toEqual({ code: 0, stdout: `ams (acme): its routers fetch their images from ${url}.\n`, stderr: '' });
    expect((await as('cy', 'site', 'list')).stdout).toMatch(/^ams .* pull +scp:\/\/images@198\.51\.100\.9\/srv$/mu);
    expect((await as('cy', 'site', 'list')).stdout).toMatch(/^fra .* auto +-$/mu);

    const ids = await queueUpgrades(database.admin, seed, [{ site: 'ams' }, { site: 'fra' }, {}]);
    const worker = openDatabase(database.settings('netup_worker'));
    const scope = worker.organization(seed.acme.id);
    const routes = await Promise.all(ids.map(async (id) => (await readUpgradeRun(scope, id))?.imageRoute));
    await worker.close();
    expect(routes).toEqual([
      { transfer: 'pull', url },
      ...Array.from({ length: 2 }, () => ({ transfer: null, url: null })),
    ]);

    await as('ada', 'site', 'set', 'ams', '--transfer', 'pull');
    expect((await as('ada', 'site', 'set', 'ams', '--transfer', 'push', '--no-image-url')).stdout).toBe(
      'ams (acme): its routers get their images from a worker.\n',
    );
    expect((await as('ada', 'site', 'set', 'ams', '--transfer', 'auto')).stdout).toMatch(
      / if a worker has one, else /u,
    );
    const rows = await database.admin`
      SELECT actor_name AS actor, target_id AS site, before, after FROM audit_events WHERE action = 'site.set' ORDER BY seq`;
    const usual = { transfer: null, url: null };
    const [pull, push] = [
      { transfer: 'pull', url },
      { transfer: 'push', url: null },
    ];
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { actor: 'ada', site: 'ams', before: usual, after: pull },
      { actor: 'ada', site: 'ams', before: pull, after: push },
      { actor: 'ada', site: 'ams', before: push, after: usual },
    ]);
    const listed = await as('cy', 'site', 'list', '--json');
    expect(JSON.parse(listed.stdout)).toContainEqual(expect.objectContaining({ name: 'ams', ...usual }));
  });

  test.for([
    ['ana', ['ams', '--transfer', 'push'], 'takes the role admin'],
    ['ada', ['ams'], 'nothing to set'],
    ['ada', ['ams', '--transfer', 'carry'], 'pull, push or auto'],
    ['ada', ['ams', '--image-url', 'ftp://x/y'], 'is not an scp or https address'],
    ['ada', ['ams', '--image-url', 'https://u:hunter2@x/y'], 'has a password in it'],
    ['ada', ['ams', '--image-url', 'https://x/y', '--no-image-url'], 'contradict'],
    ['ada', ['nowhere', '--transfer', 'push'], 'There is no site "nowhere" in this organization'],
  ] as const)('set by %s refuses %s', async ([name, argv, why]) => {
    const { code, stdout, stderr } = await as(name, 'site', 'set', ...argv);
    expect({ failed: code !== 0, stdout }).toEqual({ failed: true, stdout: '' });
    expect(stderr).toContain(why);
    expect(stderr).not.toContain('hunter2');
  });

  test('keeps no address with a password or of another kind, whoever writes it', async () => {
    for (const url of ['https://u:p@x/y', 'ftp://x/y', 'https://x/y z', '-rf'])
      await expect(database.admin`UPDATE sites SET image_url = ${url}`).rejects.toThrow('sites_image_url_whole');
    await expect(database.admin`UPDATE sites SET image_transfer = 'carry'`).rejects.toThrow(
      'sites_image_transfer_known',
    );
  });
});
