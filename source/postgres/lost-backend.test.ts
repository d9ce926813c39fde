import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { campaign } from '../../test/support/campaign.ts';
import { useDatabase } from '../../test/support/postgres.ts';
import { startCuttingProxy } from '../../test/support/cutting-proxy.ts';
import { seededRandom } from '../demo/fleet/random.ts';
import { type Database, openDatabase, OutcomeUnknown } from './database.ts';

const { seed: SEED, runs: ROUNDS } = campaign({ seed: 20_260_303, runs: 200 });
const MOMENTS = ['never', 'idle', 'query', 'commit'] as const;
const database = useDatabase();
const organizations = [randomUUID(), randomUUID()] as const;

let pool: Database;

beforeAll(async () => {
  const { admin } = database;
  await admin.unsafe(`
    CREATE TABLE lost_backend (organization_id uuid NOT NULL, note text NOT NULL, slow_commit boolean NOT NULL DEFAULT false);
    ALTER TABLE lost_backend ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON lost_backend
      USING (organization_id = nullif(current_setting('app.current_org_id', true), '')::uuid);
    CREATE FUNCTION lost_backend_commit() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.slow_commit THEN PERFORM pg_sleep(20); END IF; RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON lost_backend DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION lost_backend_commit();
    GRANT SELECT, INSERT ON lost_backend TO app_user`);
  for (const organization of organizations) {
    await admin`INSERT INTO lost_backend VALUES (${organization}, 'secret')`;
  }
  pool = openDatabase({ ...database.settings('app_user'), poolSize: 4 });
});

afterAll(() => pool.close());

test(
  `${ROUNDS} rounds of killed server processes (seed ${SEED}) mix nothing up`,
  { timeout: 120_000 + ROUNDS * 1000 },
  async () => {
    const random = seededRandom(SEED);
    const staleHandles: postgres.TransactionSql[] = [];
    const wrong: string[] = [];
    const outcomes = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const moment = random.pick(MOMENTS);
      const victim = random.pick(organizations);
      const neighbour = victim === organizations[0] ? organizations[1] : organizations[0];
      const swallow = random.next() < 0.5;
      const [lost, beside] = await Promise.allSettled([
        work(victim, `${round}`, moment, swallow, staleHandles),
        work(neighbour, `${round}`, 'never', swallow, staleHandles),
      ]);
      const outcome = lost.status === 'fulfilled' ? 'saved' : nameOf(lost.reason);
      outcomes.set(`${moment}: ${outcome}`, (outcomes.get(`${moment}: ${outcome}`) ?? 0) + 1);
      expect(beside).toEqual({ status: 'fulfilled', value: undefined });
      expect(await isSaved(neighbour, round)).toBe(true);
      const saved = await isSaved(victim, round);
      if (outcome !== 'OutcomeUnknown' && saved !== (outcome === 'saved')) wrong.push(`round ${round}: ${outcome}`);
      for (const stale of staleHandles) await expect(stale`SELECT 1`).rejects.toThrow(/end of its transaction|lost/u);
      await expect(pool.organization(victim).sql`SELECT 1 AS one`).resolves.toEqual([{ one: 1 }]);
      staleHandles.splice(0, Math.max(0, staleHandles.length - 6));
    }
    expect(wrong).toEqual([]);
    expect([...outcomes.keys()].toSorted()).toEqual([
      'commit: OutcomeUnknown',
      'idle: DatabaseUnavailable',
      'never: saved',
      'query: DatabaseUnavailable',
    ]);
  },
);

test('a commit that the server made but could not report is in doubt', async () => {
  const settings = database.settings('app_user');
  const proxy = await startCuttingProxy(settings);
  const through = openDatabase({ ...settings, port: proxy.port, sslMode: 'disable' });
  const note = randomUUID();
  const saving = through.organization(organizations[0]).transaction(async (sql) => {
    await sql`INSERT INTO lost_backend VALUES (${organizations[0]}, ${note})`;
    proxy.cutAtNextAnswer();
  });
  await expect(saving).rejects.toBeInstanceOf(OutcomeUnknown);
  expect(await database.admin`SELECT 1 AS found FROM lost_backend WHERE note = ${note}`).toHaveLength(1);
  await expect(through.ping()).resolves.toBeGreaterThan(0);
  await through.close();
  await proxy.stop();
});

async function work(
  organization: string,
  note: string,
  moment: (typeof MOMENTS)[number],
  swallow: boolean,
  handles: postgres.TransactionSql[],
): Promise<void> {
  const { admin } = database;
  await pool.organization(organization).transaction(async (sql) => {
    handles.push(sql);
    const [session] = await sql<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`;
    const state = (pattern: string): Promise<void> =>
      vi.waitFor(async () => {
        const rows = await admin`
          SELECT 1 FROM pg_stat_activity WHERE pid = ${session.pid} AND state = 'active' AND query LIKE ${pattern}`;
        expect(rows).toHaveLength(1);
      });
    const kill = async (): Promise<void> => void (await admin`SELECT pg_terminate_backend(${session.pid}, 5000)`);
    const seen = async (): Promise<void> => {
      const rows = await sql<{ organization: string }[]>`
        SELECT DISTINCT organization_id AS organization FROM lost_backend`;
      expect(rows).toEqual([{ organization }]);
    };
    await seen();
    await sql`INSERT INTO lost_backend VALUES (${organization}, ${note}, ${moment === 'commit'})`;
    if (moment === 'commit') void state('COMMIT%').then(kill);
    if (moment === 'query') void state('%pg_sleep%').then(kill);
    if (moment === 'idle') await kill();
    const last = moment === 'query' ? sql`SELECT pg_sleep(20)` : seen();
    await (swallow ? Promise.resolve(last).catch(() => undefined) : last);
  });
}

function nameOf(reason: unknown): string {
  return reason instanceof Error ? reason.name : String(reason);
}

async function isSaved(organization: string, round: number): Promise<boolean> {
  const rows = await database.admin`
    SELECT 1 FROM lost_backend WHERE organization_id = ${organization} AND note = ${String(round)}`;
  return rows.length === 1;
}
