import type { Point } from '../../source/model/telemetry.ts';
import { addBlackout } from '../../source/postgres/blackouts.ts';
import { requestUpgrades } from '../../source/upgrades/request.ts';
import type { TestDatabase } from './postgres.ts';
import { randomFrom } from './random.ts';
import { writeSteady } from './steady-telemetry.ts';
import { aRequest, type UpgradeWorld } from './upgrades.ts';

export interface RandomRouter {
  readonly id: string;
  readonly imageId: string | null;
}

/**
 * Routers of which each gate passes for some, fails for others, and has no figure for the rest: several in one redundancy group, with open and failed
 * upgrades, blackouts, images of other models, and telemetry with holes.
 */
export async function randomFleet(
  test: TestDatabase,
  { seed, scope, services, telemetry, as }: UpgradeWorld,
  { routers, from }: { readonly routers: number; readonly from: number },
): Promise<readonly RandomRouter[]> {
  const next = randomFrom(from);
  const pick = <T>(values: readonly T[]): T => {
    const found = values[Math.floor(next() * values.length)];
    if (found === undefined) throw new Error('There is nothing to pick from.');
    return found;
  };
  const { admin } = test;
  const kinds = [
    { vendor: seed.vendors.cisco, model: seed.models.asr, version: '17.09.04a', image: seed.images.asr },
    { vendor: seed.vendors.juniper, model: seed.models.mx, version: '21.4R3-S5', image: seed.images.mx },
    { vendor: seed.vendors.arista, model: seed.models.dcs, version: '4.30.1F', image: seed.images.dcs },
  ] as const;
  const fleet = Array.from({ length: routers }, (_, index) => ({
    id: `random-${String(index).padStart(3, '0')}`,
    kind: pick(kinds),
  }));
  const ids = fleet.map(({ id }) => id);
  await admin`INSERT INTO routers ${admin(
    fleet.map(({ id, kind }) => ({
      organization_id: seed.acme.id,
      id,
      hostname: id,
      mgmt_ip: '10.7.0.1',
      vendor_id: kind.vendor,
      model_id: kind.model,
      current_ver: kind.version,
      site_id: pick([seed.acme.sites.ams, seed.acme.sites.fra, null]),
    })),
  )}`;
  await writeSteady(telemetry, seed.acme.id, ids);
  const asked = fleet.filter(() => next() < 0.4);
  const upgradeIds: string[] = [];
  for (const { id, kind } of asked) {
    const { upgrades } = await requestUpgrades(services, as.ben, aRequest([id], kind.image));
    upgradeIds.push(...upgrades.map(({ upgradeId }) => upgradeId));
  }
  const ended = upgradeIds.map((id) => ({
    id,
    status: pick(['pending', 'failed', 'rolled_back', 'cancelled']),
    days: pick([0, 3, 9]),
  }));
  await admin.begin(async (sql) => {
    await sql`ALTER TABLE upgrades DISABLE TRIGGER upgrades_guard`;
    for (const { id, status, days } of ended.filter((each) => each.status !== 'pending')) {
      await sql`UPDATE upgrades SET status = ${status}, finished_at = now() - ${days} * interval '1 day' WHERE id = ${id}`;
    }
    await sql`ALTER TABLE upgrades ENABLE TRIGGER upgrades_guard`;
  });
  for (const id of ids) {
    await admin`
      UPDATE routers SET status = ${pick(['active', 'active', 'active', 'maintenance', 'offline'])},
        redundancy_group = ${pick([null, null, 'pair-1', 'pair-2', 'pair-3', 'pair-4'])},
        current_ver = coalesce(${pick([null, null, null, '1.0', 'what is this'])}, current_ver),
        last_seen_at = ${pick([null, new Date(Date.now() - Math.floor(next() * 1e8))])}
      WHERE organization_id = ${seed.acme.id} AND id = ${id}`;
  }
  const day = 86_400_000;
  for (const site of ['ams', 'fra', null]) {
    const start = Date.now() + Math.floor((next() * 2 - 0.5) * day);
    const times = { from: new Date(start), to: new Date(Math.max(start + day, Date.now() + day / 2)) };
    if (site !== null || next() < 0.3) await addBlackout(scope, as.ada, { site, ...times, reason: `work at ${site}` });
  }
  await admin`TRUNCATE telemetry_raw, telemetry_hourly`;
  await telemetry.write(fleet.flatMap(({ id }) => randomReadings(id, seed.acme.id, next)));
  await telemetry.flush();
  return fleet.map(({ id, kind }) => ({
    id,
    imageId: pick([kind.image, kind.image, kind.image, seed.images.mx, null]),
  }));
}

/** Two hours of readings with holes; one router in eight sends nothing, others miss a measurement, or are old. */
function randomReadings(router_id: string, organization: string, next: () => number): readonly Point[] {
  if (next() < 0.12) return [];
  const tags = { router_id, organization, vendor: 'vendor', site: 'site' };
  const newest = Date.now() - (next() < 0.2 ? 3_600_000 : 1500);
  const count = 1 + Math.floor(next() * 100);
  const [cpu, memory, errors] = [20 + next() * 80, next() * 80, next() < 0.2 ? 1 + Math.floor(next() * 4) : 0];
  const [hasCpu, hasMemory, hasErrors] = [next() < 0.9, next() < 0.9, next() < 0.8];
  return Array.from({ length: count }, (_, index) => newest - index * 60_000).flatMap((time): Point[] => [
    ...(hasCpu
      ? [{ tags, time, measurement: 'cpu' as const, fields: { usage_percent: Math.min(100, cpu + next()) } }]
      : []),
    ...(hasMemory
      ? [{ tags, time, measurement: 'memory' as const, fields: { free_percent: Math.max(0, memory - next()) } }]
      : []),
    ...(hasErrors && time === newest
      ? [{ tags, time, measurement: 'errors' as const, severity: 'critical' as const, fields: { error_count: errors } }]
      : []),
  ]);
}
