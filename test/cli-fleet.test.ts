import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseVariables, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';

const cli = useCli();
const database = useDatabase();
let folder = '';
const env = (): Record<string, string> => {
  const { user, password } = database.adminSettings();
  return { ...databaseVariables(database.settings('app_user')), PG_ADMIN_USER: user, PG_ADMIN_PASSWORD: password };
};
const routers = async (): Promise<number> =>
  (await database.admin<{ rows: number }[]>`SELECT count(*)::int AS rows FROM routers`)[0]?.rows ?? 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netup-fleet-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function save(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}

describe('fleet generate and fleet load', () => {
  test('a generated fleet loads, once; loading it again changes nothing', async () => {
    const file = path.join(folder, 'generated.json');
    expect((await cli.run(['fleet', 'generate', '--routers', '500', '--seed', '3', '--out', file])).code).toBe(0);
    const dry = await cli.run(['fleet', 'load', file, '--dry-run'], env());
    expect(dry.stdout).toContain('routers: 500 would be added, 0 would be changed, 0 as they were');
    expect(await routers()).toBe(0);
    const first = await cli.run(['fleet', 'load', file], env());
    expect(first.stdout).toContain('organizations added: acme-backbone, globex-metro, initech-edge');
    expect(first.stdout).toContain('routers: 500 added, 0 changed, 0 as they were');
    expect(await routers()).toBe(500);
    const again = await cli.run(['fleet', 'load', file, '--json'], env());
    expect(JSON.parse(again.stdout)).toMatchObject({
      routers: { inserted: 0, updated: 0, unchanged: 500 },
      problems: [],
    });
    const audit = await database.admin`SELECT DISTINCT action FROM audit_events WHERE action LIKE 'fleet%'`;
    expect(audit).toEqual([{ action: 'fleet.load' }]);
  });

  test('a NetBox export shows its differences before it is loaded', async () => {
    const file = path.join(import.meta.dirname, '..', 'fixtures', 'fleets', 'netbox-devices.csv');
    const dry = await cli.run(['fleet', 'load', file, '--dry-run'], env());
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain('+ acme-backbone/ams-edge-81');
    expect((await cli.run(['fleet', 'load', file], env())).stdout).toContain('routers: 5 added');
    const changed = await save('changed.csv', (await readFile(file, 'utf8')).replace('21.4R3-S5', '22.2R3-S3'));
    expect((await cli.run(['fleet', 'load', changed, '--dry-run'], env())).stdout).toContain(
      '~ acme-backbone/ams-edge-81: current_ver 21.4R3-S5 → 22.2R3-S3',
    );
  });

  test('one bad line: every bad line is named, and nothing is loaded unless asked to skip it', async () => {
    const before = await routers();
    const file = await save(
      'bad.csv',
      'organization,hostname,mgmt_ip,site\nacme-backbone,bad one,10.9.0.1,ams\nacme-backbone,fine,10.9.0.2,ams\nnobody,r3,10.9.0.3,ams\n',
    );
    const refused = await cli.run(['fleet', 'load', file], env());
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('line 2: router bad one: hostname is no host name');
    expect(refused.stderr).toContain('line 4: router r3: organization nobody is in neither the file nor the inventory');
    expect(refused.stderr).toMatch(
      /bad\.csv has 2 faults, so nothing was loaded; mend the file, or load the rest with --skip-bad\./u,
    );
    expect(await routers()).toBe(before);
    const skipped = await cli.run(['fleet', 'load', file, '--skip-bad'], env());
    expect(skipped.code).toBe(0);
    expect(skipped.stdout).toContain('routers: 1 added');
    expect(skipped.stderr).toContain('line 2: router bad one');
    expect(skipped.stderr).toContain('nobody');
    expect(await routers()).toBe(before + 1);
  });

  test.each([
    [['fleet', 'load', 'missing.json'], 1, 'The fleet file missing.json cannot be read (ENOENT)'],
    [['fleet', 'load'], 2, 'FILE is missing'],
    [['fleet', 'generate', '--routers', '0'], 2, '--routers must be a whole number from 1 to 1000000'],
    [
      ['fleet', 'generate', '--routers', '5', '--out', '/nowhere/at/all'],
      1,
      '/nowhere/at/all cannot be written (ENOENT)',
    ],
    [['fleet', 'lod', 'x'], 2, 'fleet load'],
  ])('%j is answered by one sentence', async (words, code, sentence) => {
    const result = await cli.run(words, env());
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(sentence);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('it needs the administrator, and says so', async () => {
    const result = await cli.run(['fleet', 'load', 'x.json'], databaseVariables(database.settings('app_user')));
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('set PG_ADMIN_USER and PG_ADMIN_PASSWORD');
  });
});
