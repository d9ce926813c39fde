import { describe, expect, test } from 'vitest';
import type { FleetFile, FleetRouter } from '../../model/fleet-file.ts';
import { type CompleteFleet, completeFleet, type FleetPolicy } from './complete-fleet.ts';

const known = { organizations: ['acme'], models: [{ vendor: 'Cisco', name: 'ASR1002-HX' }] };

function complete(part: Partial<FleetFile>): CompleteFleet {
  const empty = {
    organizations: [],
    operators: [],
    sites: [],
    vendors: [],
    models: [],
    images: [],
    policies: [],
    routers: [],
  };
  return completeFleet({ ...empty, ...part }, known);
}

function faults(part: Partial<FleetFile>): readonly string[] {
  return complete(part).problems.map(({ where, fault }) => `${where}: ${fault}`);
}

function router(change: Partial<FleetRouter> = {}): FleetRouter {
  const bare = {
    site: null,
    vendor: null,
    model: null,
    serial: null,
    runningVersion: '1',
    managementAddress: '10.0.0.1',
  };
  return { ...bare, organization: 'acme', hostname: 'r1', ...change };
}

function policy(change: Partial<FleetPolicy>): FleetPolicy {
  const limits = {
    maxCpuPercent: 80,
    minFreeMemPercent: 20,
    maxCriticalErrors: 0,
    maxDataAgeSeconds: 300,
    priority: 0,
    autoApprove: false,
  };
  const any = { organization: null, vendor: null, model: null, site: null, window: null };
  return { name: 'p', ...limits, ...any, ...change };
}

describe('routers', () => {
  test('bring their vendor, model and site', () => {
    const { impliedVendors, impliedModels, impliedSites, problems } = complete({
      routers: [
        router({ vendor: 'Juniper Networks', model: 'MX204', site: 'ams' }),
        router({ hostname: 'r2', vendor: 'Juniper Networks', model: 'MX204', site: 'ams' }),
      ],
    });
    expect(problems).toEqual([]);
    expect(impliedVendors).toEqual(['Juniper Networks']);
    expect(impliedModels).toEqual([{ vendor: 'Juniper Networks', name: 'MX204', platform: 'junos' }]);
    expect(impliedSites).toEqual([{ organization: 'acme', name: 'ams' }]);
  });

  test('take the vendor from a model that only one vendor has', () => {
    expect(complete({ routers: [router({ model: 'ASR1002-HX' })] }).routers).toMatchObject([{ vendor: 'Cisco' }]);
    const twice = { models: [{ vendor: 'Other', name: 'ASR1002-HX', platform: 'eos' as const }] };
    expect(faults({ ...twice, routers: [router({ model: 'ASR1002-HX' })] })).toEqual([
      'router r1: has model ASR1002-HX, whose vendor is not known: give a vendor',
    ]);
  });

  test('of a vendor without a platform cannot bring a model', () => {
    expect(faults({ routers: [router({ vendor: 'Nokia', model: '7750' })] })).toEqual([
      'router r1: has model 7750 of Nokia, whose platform is not known: add it to "models" of a JSON file',
    ]);
  });

  test('are in the file once, by hostname and by id', () => {
    const routers = [router(), router(), router({ hostname: 'r2', id: 'r1' }), router({ hostname: 'r3' })];
    expect(faults({ routers })).toEqual([
      'router r1 of acme: is in the file twice',
      'router id r1 of acme: is in the file twice',
    ]);
    expect(complete({ routers }).routers.map(({ hostname }) => hostname)).toEqual(['r1', 'r3']);
  });
});

test('what belongs to an organization that nobody knows is left out', () => {
  const organization = 'nowhere';
  expect(
    faults({
      routers: [router({ organization })],
      sites: [{ organization, name: 'ams', city: '', timeZone: 'UTC' }],
      policies: [policy({ organization })],
      operators: [{ name: 'ana', displayName: 'Ana', memberships: [{ organization, role: 'viewer' }] }],
    }),
  ).toEqual(
    ['router r1', 'policy p', 'operator ana', 'site ams'].map(
      (where) => `${where}: organization nowhere is in neither the file nor the inventory`,
    ),
  );
});

test('policies and images name models that exist', () => {
  expect(faults({ policies: [policy({ model: 'X1' }), policy({ name: 'q', site: 'ams' })] })).toEqual([
    'policy p: is for model X1, which is not known, or not of one vendor alone',
    'policy q: has a site, so it must belong to an organization',
  ]);
  expect(complete({ policies: [policy({ model: 'ASR1002-HX' })] }).policies).toMatchObject([
    { vendor: null, modelVendor: 'Cisco' },
  ]);
  const image = {
    vendor: 'Cisco',
    version: '1',
    fileName: 'a.bin',
    sizeBytes: 1,
    sha256: 'a',
    sha512: null,
    minimumVersion: null,
  };
  expect(faults({ images: [{ ...image, isGolden: false, models: ['ASR1002-HX', 'X2'] }] })).toEqual([
    'image a.bin: is for models that are not known: X2',
  ]);
});

test('sites, policies and people are in the file once', () => {
  const site = { organization: 'acme', name: 'ams', city: '', timeZone: 'UTC' };
  const ana = { name: 'ana', displayName: 'Ana', memberships: [] };
  expect(faults({ sites: [site, site], policies: [policy({}), policy({})], operators: [ana, ana] })).toEqual([
    'policy p of all organizations: is in the file twice',
    'operator ana: is in the file twice',
    'site ams of acme: is in the file twice',
  ]);
});
