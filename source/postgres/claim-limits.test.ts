import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { campaign } from '../../test/support/campaign.ts';
import { forgetUpgrades, useDatabase } from '../../test/support/postgres.ts';
import { type QueuedRouter, queueUpgrades } from '../../test/support/queued-upgrades.ts';
import type { Seed } from '../../test/support/seed.ts';
import { type Database, openDatabase } from './database.ts';
import { type Claim, claimUpgrades, type LeaseTerms, releaseLease } from './upgrade-queue.ts';

const test = useDatabase();
const TERMS: LeaseTerms = { lease: 60_000, margin: 0 };
let seed: Seed;
let database: Database;

beforeAll(async () => {
  seed = await test.seed();
  database = openDatabase(test.settings('netup_worker'));
  return () => database.close();
});
beforeEach(async () => {
  await forgetUpgrades(test.admin);
  await test.admin`DELETE FROM upgrade_limits`;
  await test.admin`DELETE FROM blackouts`;
  await test.admin`UPDATE upgrade_engine SET most_at_once = NULL`;
});

const claim = (howMany = 100): Promise<readonly Claim[]> => claimUpgrades(database, randomUUID(), howMany, TERMS);
const ids = (claims: readonly Claim[]): readonly string[] => claims.map(({ upgradeId }) => upgradeId);

function only(claims: readonly Claim[]): Claim {
  const [first] = claims;
  if (first === undefined) throw new Error('nothing was claimed');
  return first;
}

/** Carries a claimed upgrade to its end, as a worker does. */
async function finish(one: Claim): Promise<void> {
  const { sql } = database.organization(one.organizationId);
  await sql`UPDATE upgrades SET status = 'running' WHERE id = ${one.upgradeId}::bigint`;
  await sql`UPDATE upgrades SET status = 'success' WHERE id = ${one.upgradeId}::bigint`;
  await releaseLease(sql, one, 0);
}

function queue(...routers: readonly QueuedRouter[]): Promise<readonly string[]> {
  return queueUpgrades(test.admin, seed, routers);
}

const limits = (perSite: number | null, perOrganization: number | null): Promise<unknown> => test.admin`
  INSERT INTO upgrade_limits (organization_id, per_site, per_organization)
  VALUES (${seed.acme.id}, ${perSite}, ${perOrganization})`;

describe('a claim', () => {
  it('gives one upgrade at a site by default, and the next when that one is over', async () => {
    const [first, second, elsewhere] = await queue({ site: 'ams' }, { site: 'ams' }, { site: 'fra' });
    const claims = await claim();
    expect(ids(claims)).toEqual([first, elsewhere]);
    expect(await claim()).toEqual([]);
    await finish(only(claims));
    expect(ids(await claim())).toEqual([second]);
  });

  it('counts neither by site what has no site, nor anything against another organization', async () => {
    await queue({ site: null }, { site: null }, { site: 'ams' }, { site: 'ams', organization: 'globex' });
    expect(await claim()).toHaveLength(4);
  });

  it('keeps to the limits of the organization and over all', async () => {
    await limits(null, 2);
    const here = await queue({}, {}, {});
    const there = await queue({ organization: 'globex' }, { organization: 'globex', site: 'fra' });
    expect(ids(await claim(1))).toEqual([here[0]]);
    await test.admin`UPDATE upgrade_engine SET most_at_once = 3`;
    expect(ids(await claim()).toSorted()).toEqual(expect.arrayContaining([here[1], there[0]]));
  });

  it('never gives two of a redundancy group, wherever they are', async () => {
    const [first, second] = await queue({ site: 'ams', group: 'core' }, { site: 'fra', group: 'core' });
    const claims = await claim();
    expect(ids(claims)).toEqual([first]);
    await finish(only(claims));
    expect(ids(await claim())).toEqual([second]);
  });

  it('lets nothing younger of its group go before what waits for its site', async () => {
    const [running, waiting, younger] = await queue(
      { site: 'ams' },
      { site: 'ams', group: 'core' },
      { site: 'fra', group: 'core' },
    );
    const claims = await claim();
    expect(ids(claims)).toEqual([running]);
    await finish(only(claims));
    const next = await claim();
    expect(ids(next)).toEqual([waiting]);
    await finish(only(next));
    expect(ids(await claim())).toEqual([younger]);
  });

  it('always gives a running upgrade whose worker fell silent, also when the limits were lowered since', async () => {
    await limits(2, 2);
    const both = await queue({ site: 'ams' }, { site: 'ams' });
    expect(await claim()).toHaveLength(2);
    await test.admin`UPDATE upgrade_limits SET per_site = 1, per_organization = 1`;
    await test.admin`UPDATE upgrade_queue SET lease_expires_at = now() - interval '1 minute'`;
    expect(ids(await claim()).toSorted()).toEqual([...both].toSorted());
  });

  it('does not wait for somebody who decides on an upgrade at that moment', async () => {
    const [first, second] = await queue({ site: 'ams' }, { site: 'fra' });
    await test.admin.begin(async (sql) => {
      await sql`SELECT FROM upgrade_queue WHERE upgrade_id = ${first ?? ''} FOR UPDATE`;
      expect(ids(await claim())).toEqual([second]);
    });
    expect(ids(await claim())).toEqual([first]);
  });
});

describe('a blackout', () => {
  const hour = 3_600_000;
  const blackout = (from: number, to: number, site: string | null = null): Promise<unknown> => test.admin`
    INSERT INTO blackouts (organization_id, site_id, starts_at, ends_at, reason, created_by)
    VALUES (${seed.acme.id}, ${site}, ${new Date(Date.now() + from)}, ${new Date(Date.now() + to)}, 'test', ${seed.ana.id})`;

  it('lets nothing begin in its organization, or at its site, until it is over', async () => {
    const [ams, fra, there] = await queue({ site: 'ams' }, { site: 'fra' }, { organization: 'globex' });
    await blackout(-hour, hour, seed.acme.sites.ams);
    await blackout(hour, 2 * hour);
    expect(ids(await claim())).toEqual([fra, there]);
    await test.admin`UPDATE blackouts SET starts_at = now() - interval '2 hours', ends_at = now()`;
    expect(ids(await claim())).toEqual([ams]);
  });

  it('does not take a running upgrade from whoever goes on with it', async () => {
    const [running, waiting] = await queue({ site: 'ams' }, { site: 'fra' });
    await claim(1);
    await blackout(-hour, hour);
    await test.admin`UPDATE upgrade_queue SET lease_expires_at = now() - interval '1 minute' WHERE slot_at IS NOT NULL`;
    expect(ids(await claim())).toEqual([running]);
    await test.admin`UPDATE upgrade_queue SET ignores_blackouts = true WHERE upgrade_id = ${waiting ?? ''}`;
    expect(ids(await claim())).toEqual([waiting]);
  });
});

describe('a slot', () => {
  const status = (id: string | undefined, now: string): Promise<unknown> =>
    database.organization(seed.acme.id).sql`UPDATE upgrades SET status = ${now} WHERE id = ${id ?? ''}::bigint`;

  it('is given back by an upgrade that was taken and not begun', async () => {
    const [first, second] = await queue({ site: 'ams' }, { site: 'ams' });
    const one = only(await claim());
    await releaseLease(database.organization(one.organizationId).sql, one, 60_000);
    expect(ids([one])).toEqual([first]);
    expect(ids(await claim())).toEqual([second]);
  });

  it('is given back by one that is held, which has to wait for another when it is resumed', async () => {
    const [first, second] = await queue({ site: 'ams' }, { site: 'ams' });
    const one = only(await claim());
    await status(first, 'running');
    await status(first, 'paused');
    await releaseLease(database.organization(one.organizationId).sql, one, 0);
    const other = only(await claim());
    expect(other.upgradeId).toBe(second);
    await status(first, 'running');
    expect(await claim()).toEqual([]);
    await finish(other);
    expect(ids(await claim())).toEqual([first]);
  });

  it('is kept by one that is held after its device was told to go down', async () => {
    const [first] = await queue({ site: 'ams' }, { site: 'ams' });
    const one = only(await claim());
    await status(first, 'running');
    await test.admin`
      INSERT INTO upgrade_steps (organization_id, upgrade_id, position, name, intent)
      VALUES (${seed.acme.id}, ${first ?? ''}, 7, 'activate', '{}')`;
    await status(first, 'paused');
    await releaseLease(database.organization(one.organizationId).sql, one, 0);
    expect(await claim()).toEqual([]);
  });

  it('follows a router that is put into another group while its upgrade waits', async () => {
    const [, second] = await queue({ site: 'ams', group: 'core' }, { site: 'fra', group: 'core' });
    expect(await claim()).toHaveLength(1);
    await test.admin.begin(async (sql) => {
      await sql`SELECT set_config('app.current_org_id', ${seed.acme.id}, true)`;
      await sql`
        UPDATE routers SET redundancy_group = NULL
        WHERE (organization_id, id) = (SELECT organization_id, router_id FROM upgrades WHERE id = ${second ?? ''})`;
    });
    expect(ids(await claim())).toEqual([second]);
  });
});

describe('many workers', () => {
  const { seed: number, runs } = campaign({ seed: 5, runs: 3 });

  it.each(Array.from({ length: runs }, (_, run) => number + run))(
    'never exceed a limit together, and leave nothing out (seed %i)',
    async (start) => {
      const random = mulberry(start);
      const pick = <const T>(...values: readonly [T, ...T[]]): T =>
        values[Math.floor(random() * values.length)] ?? values[0];
      const [perSite, perOrganization, overall] = [pick(1, 2, 3), pick(2, 4, 6), pick(null, 3, 5)];
      await limits(perSite, perOrganization);
      await test.admin`UPDATE upgrade_engine SET most_at_once = ${overall}`;
      const wanted = await queue(
        ...Array.from({ length: 40 }, () => ({
          organization: pick('acme', 'acme', 'globex'),
          site: pick(null, 'ams', 'fra'),
          group: pick(null, 'core', 'edge', null),
        })),
      );
      const done: string[] = [];
      const faults: unknown[] = [];
      const workers = Array.from({ length: 6 }, async () => {
        const own: Claim[] = [];
        while (done.length < wanted.length) {
          own.push(...(await claim(pick(1, 2, 5))));
          faults.push(...(await exceeded(perSite, perOrganization, overall)));
          const one = own.splice(Math.floor(random() * own.length), 1)[0];
          if (one === undefined) continue;
          await finish(one);
          done.push(one.upgradeId);
        }
      });
      await Promise.all(workers);
      expect(faults).toEqual([]);
      expect(done.toSorted()).toEqual(wanted.toSorted());
    },
    60_000,
  );

  /** What is over its limit at one instant. */
  async function exceeded(
    perSite: number,
    perOrganization: number,
    overall: number | null,
  ): Promise<readonly unknown[]> {
    return test.admin`
      WITH busy AS (SELECT organization_id, site_id, redundancy_group FROM upgrade_queue WHERE slot_at IS NOT NULL)
      SELECT 'site' AS limit, count(*) FROM busy WHERE site_id IS NOT NULL GROUP BY organization_id, site_id
      HAVING count(*) > CASE organization_id WHEN ${seed.acme.id} THEN ${perSite}::int ELSE 1 END
      UNION ALL SELECT 'organization', count(*) FROM busy GROUP BY organization_id
      HAVING count(*) > CASE organization_id WHEN ${seed.acme.id} THEN ${perOrganization}::int ELSE 20 END
      UNION ALL SELECT 'group', count(*) FROM busy WHERE redundancy_group IS NOT NULL
      GROUP BY organization_id, redundancy_group HAVING count(*) > 1
      UNION ALL SELECT 'overall', count(*) FROM busy HAVING count(*) > ${overall}::int`;
  }
});

/** Random numbers from 0 to 1 that a seed repeats. */
function mulberry(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
