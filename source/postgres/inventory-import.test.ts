import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { actorOf, useScopes } from '../../test/support/scopes.ts';
import type { FleetFile, FleetRouter } from '../model/fleet-file.ts';
import { parseFleetCsv } from '../model/parse-fleet-csv.ts';
import { parseFleetJson } from '../model/parse-fleet-json.ts';
import { listAudit } from './audit.ts';
import { type Database, openDatabase } from './database.ts';
import { importInventory } from './inventory-import.ts';
import type { ImportReport } from './inventory/report.ts';
import { findOperator } from './operators.ts';
import { listPolicies } from './policies.ts';
import { findRouter } from './routers.ts';

const support = useDatabase();
const scopes = useScopes(support);
let admin: Database;

beforeAll(() => {
  admin = openDatabase(support.adminSettings());
});
afterAll(() => admin.close());

function fleet(part: Partial<FleetFile>): FleetFile {
  return {
    organizations: [],
    operators: [],
    sites: [],
    vendors: [],
    models: [],
    images: [],
    policies: [],
    routers: [],
    ...part,
  };
}

function router(change: Partial<FleetRouter>): FleetRouter {
  return {
    organization: 'acme',
    hostname: 'new-01',
    managementAddress: '10.1.0.1',
    site: null,
    vendor: null,
    model: null,
    serial: null,
    runningVersion: '1.0',
    ...change,
  };
}

function load(part: Partial<FleetFile>, options: { dryRun?: boolean; skipBad?: boolean } = {}): Promise<ImportReport> {
  return importInventory(admin, fleet(part), { dryRun: false, actor: null, ...options });
}

describe('a fleet file', () => {
  test('of all sections is loaded once, and changes nothing the second time', async () => {
    const { file } = parseFleetJson(readFileSync(new URL('../../fixtures/fleets/demo.json', import.meta.url), 'utf8'));
    const first = await load(file);
    expect(first.problems).toEqual([]);
    expect(first.written).toBe(true);
    expect(first.routers).toEqual({ inserted: 300, updated: 0, unchanged: 0 });
    expect(first.sections.organizations.inserted).toHaveLength(file.organizations.length);
    expect(first.sections.policies.inserted).toHaveLength(file.policies.length - 2);
    expect(
      first.sections.images.inserted.length + first.sections.images.updated.length + first.sections.images.unchanged,
    ).toBe(file.images.length);
    const again = await load(file);
    expect(again).toMatchObject({
      routers: { inserted: 0, updated: 0, unchanged: 300 },
      differences: [],
      problems: [],
    });
    for (const section of Object.values(again.sections)) expect(section).toMatchObject({ inserted: [], updated: [] });
    const found = await findOperator(scopes().database, 'dee');
    expect(found?.memberships.map(({ role }) => role)).toEqual(['approver', 'approver', 'approver']);
    const [membership] = found?.memberships ?? [];
    const scope = scopes().database.organization(membership?.organizationId ?? '');
    expect(await listAudit(scope, { limit: 10 })).toMatchObject([{ action: 'fleet.load', actor: 'administrator' }]);
    const policies = await listPolicies(scope);
    expect(policies.find(({ name }) => name === 'core, Cisco, careful')).toMatchObject({
      vendor: 'Cisco',
      model: 'ASR1002-HX',
      shared: false,
      version: 1,
      window: { weekday: 6, start: '01:00', minutes: 240 },
    });
  });

  test('lets the agent approve by a policy while it says so', async () => {
    const policies = async (autoApprove: boolean): Promise<readonly unknown[]> => {
      const rule = { maxCpuPercent: 70, minFreeMemPercent: 20, ...(autoApprove ? { autoApprove } : {}) };
      const written = [
        { ...rule, name: 'own rule', organization: 'acme' },
        { ...rule, name: 'rule of all' },
      ];
      const report = await load(parseFleetJson(JSON.stringify({ policies: written })).file);
      expect(report.problems).toEqual([]);
      const found = await listPolicies(scopes().acme);
      return found.filter(({ name }) => /^(?:own rule|rule of all)$/u.test(name)).map((policy) => policy.autoApprove);
    };
    expect(await policies(true)).toEqual([true, true]);
    expect(await policies(false)).toEqual([false, false]);
  });

  test('from NetBox brings the sites and models that it mentions', async () => {
    const text = readFileSync(new URL('../../fixtures/fleets/netbox-devices.csv', import.meta.url), 'utf8');
    const { file } = parseFleetCsv(text.replaceAll('Acme Backbone', 'Acme').replaceAll('MX204', 'MX9999'), null);
    const report = await load(file);
    expect(report.problems).toEqual([]);
    expect(report.sections.sites.inserted).toContain('par');
    expect(report.sections.models.inserted).toContain('MX9999');
    expect(await findRouter(scopes().acme, 'ams-edge-81')).toMatchObject({
      model: 'MX9999',
      platform: 'junos',
      site: 'ams',
      managementPort: 22,
      status: 'active',
    });
  });
});

describe('a router', () => {
  test('that differs is updated, with the difference in the report and in the audit trail', async () => {
    const { acme, seed } = scopes();
    const changed = router({
      hostname: 'ams-core-01',
      managementAddress: '10.0.0.1',
      vendor: 'Cisco',
      model: 'ASR1002-HX',
      site: 'fra',
      runningVersion: '17.12.03',
      targetVersion: null,
      snmpPort: 1161,
    });
    const file = fleet({ routers: [changed] });
    const report = await importInventory(admin, file, { dryRun: false, actor: actorOf(seed.ada, 'admin') });
    const before = { site: 'ams', current_ver: '17.09.04a', target_ver: '17.12.03', snmp_port: 161 };
    const after = { site: 'fra', current_ver: '17.12.03', target_ver: null, snmp_port: 1161 };
    expect(report.differences).toEqual([
      { organization: 'acme', routerId: 'ams-core-01', hostname: 'ams-core-01', kind: 'update', before, after },
    ]);
    expect(await findRouter(acme, 'ams-core-01')).toMatchObject({ site: 'fra', targetVersion: null });
    expect(
      await support.admin`SELECT actor_name, action, before, after FROM audit_events WHERE router_id = 'ams-core-01'`,
    ).toEqual([{ actor_name: 'ada', action: 'router.set', before, after }]);
    expect(await findRouter(scopes().globex, 'ams-core-01')).toMatchObject({ site: 'ams' });
  });

  test('keeps what the file does not say', async () => {
    const { acme, seed } = scopes();
    await support.admin`
      UPDATE routers SET status = 'offline', mgmt_port = 2222, serial = 'S1', redundancy_group = 'leaves'
      WHERE organization_id = ${seed.acme.id} AND id = 'fra-leaf-02'`;
    const before = await findRouter(acme, 'fra-leaf-02');
    const bare = router({ hostname: 'fra-leaf-02', managementAddress: '10.0.0.5', runningVersion: 'unknown' });
    expect(await load({ routers: [bare] })).toMatchObject({ routers: { unchanged: 1 }, differences: [] });
    expect(await findRouter(acme, 'fra-leaf-02')).toEqual(before);
  });

  test('puts a router into a redundancy group and out of it', async () => {
    const group = async (redundancyGroup: string | null): Promise<unknown> => {
      const report = await load({ routers: [router({ hostname: 'grouped-01', redundancyGroup })] });
      const [row] = await support.admin<{ redundancy_group: string | null }[]>`
        SELECT redundancy_group FROM routers WHERE hostname = 'grouped-01'`;
      return [report.differences[0]?.after, row?.redundancy_group];
    };
    expect(await group('core-a')).toEqual([{}, 'core-a']);
    expect(await group('core-b')).toEqual([{ redundancy_group: 'core-b' }, 'core-b']);
    expect(await group(null)).toEqual([{ redundancy_group: null }, null]);
  });

  test('keeps its id, and nobody else can have it', async () => {
    const { acme } = scopes();
    await load({ routers: [router({ hostname: 'named-01', id: 'serial-7' })] });
    await load({ routers: [router({ hostname: 'named-01', id: 'other', serial: 'S7' })] });
    expect(await findRouter(acme, 'named-01')).toMatchObject({ id: 'serial-7', serial: 'S7' });
    const report = await load({ routers: [router({ hostname: 'named-02', id: 'serial-7' })] });
    expect(report).toMatchObject({ written: false, routers: { inserted: 0, unchanged: 0 } });
    expect(report.problems).toEqual([
      { line: null, where: 'router named-02', fault: 'its id serial-7 belongs to named-01 of acme' },
    ]);
  });
});

describe('nothing is written', () => {
  test('by a dry run, which tells all the same', async () => {
    const { acme } = scopes();
    const report = await load(
      {
        routers: [router({ hostname: 'dry-01' })],
        sites: [{ organization: 'acme', name: 'dry', city: '', timeZone: 'UTC' }],
      },
      { dryRun: true },
    );
    expect(report).toMatchObject({
      written: false,
      routers: { inserted: 1 },
      sections: { sites: { inserted: ['dry'] } },
    });
    expect(report.differences).toMatchObject([{ hostname: 'dry-01', kind: 'insert', before: {}, after: {} }]);
    expect(await findRouter(acme, 'dry-01')).toBeNull();
    expect(await support.admin`SELECT FROM sites WHERE name = 'dry'`).toHaveLength(0);
  });

  test('when one entry is bad, unless bad ones are to be skipped', async () => {
    const { acme } = scopes();
    const routers = [router({ hostname: 'good-01' }), router({ hostname: 'bad-01', organization: 'nowhere' })];
    expect(await load({ routers })).toMatchObject({ written: false, routers: { inserted: 1 } });
    expect(await findRouter(acme, 'good-01')).toBeNull();
    const report = await load({ routers }, { skipBad: true });
    expect(report).toMatchObject({ written: true, problems: [{ where: 'router bad-01' }] });
    expect(await findRouter(acme, 'good-01')).not.toBeNull();
  });

  test('by somebody who is no administrator', async () => {
    const refused = importInventory(scopes().database, fleet({}), { dryRun: false, actor: null });
    await expect(refused).rejects.toThrow('The PostgreSQL login "app_user" is no administrator');
  });
});

test('the owner of the tables may load as well as a superuser', async () => {
  const owner = openDatabase(support.settings('netup_owner'));
  const options = { dryRun: false, actor: null };
  const report = await importInventory(owner, fleet({ routers: [router({ hostname: 'owner-01' })] }), options);
  await owner.close();
  expect(report).toMatchObject({ written: true, routers: { inserted: 1 } });
});

test('a change for all organizations is in the trail of each', async () => {
  await load({ vendors: [{ name: 'Nokia' }] });
  for (const scope of [scopes().acme, scopes().globex]) {
    const [newest] = await support.admin`
      SELECT after FROM audit_events WHERE organization_id = ${scope.organizationId} ORDER BY seq DESC LIMIT 1`;
    expect(newest).toEqual({
      after: { routers: { inserted: 0, updated: 0 }, vendors: { inserted: ['Nokia'], updated: [] } },
    });
  }
});
