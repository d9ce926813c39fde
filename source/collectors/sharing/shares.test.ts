import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startCuttingProxy } from '../../../test/support/cutting-proxy.ts';
import { useDatabase } from '../../../test/support/postgres.ts';
import type { Seed } from '../../../test/support/seed.ts';
import { dismissCollector, shareRouters } from '../../postgres/collectors.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import { SHARE_TERMS, Shares } from './shares.ts';

const test = useDatabase();
const TERMS = { lease: 400, margin: 100, intervalMs: 100 };
const LONG = { lease: 60_000, margin: 0 };
const NOBODY = { routers: 0, silent: 0 };
let seed: Seed;
let database: Database;

beforeAll(async () => {
  seed = await test.seed();
  database = openDatabase(test.settings('netup_worker'));
  return () => database.close();
});

function presence(organizations: readonly string[] | null = null) {
  return { id: randomUUID(), host: 'here', pid: 1, programVersion: '1', atOnce: 1, organizations };
}

function open(on: Database, onWanted: () => Promise<void> = () => Promise.resolve()) {
  const said: string[] = [];
  const collector = presence();
  const shares = new Shares({
    database: on,
    presence: collector,
    terms: TERMS,
    census: () => NOBODY,
    onGained: (gained) => said.push(`gained ${gained.length}`),
    onLost: (lost) => said.push(`lost ${lost.length}`),
    onWanted,
    onError: (error) => said.push(String(error)),
    onRenewed: () => undefined,
    onMayPoll: () => said.push('may poll'),
  });
  onTestFinished(async () => {
    await shares.stop();
    await dismissCollector(database, collector.id);
  });
  shares.start();
  return { shares, said };
}

const held = (shares: Shares): number => [...shares.byOrganization().values()].flat().length;

describe('the sharing of routers', () => {
  it('has the routers of one that died polled by others within 30 s', () => {
    const { lease, margin, intervalMs } = SHARE_TERMS;
    expect(lease + margin + intervalMs).toBeLessThanOrEqual(30_000);
    // One renewal may be lost, and the next be late.
    expect(lease).toBeGreaterThan(2 * intervalMs);
  });

  it('gives each organization to those that poll it, in equal parts', async () => {
    const [all, acmeOnly] = [presence(), presence([seed.acme.id])];
    const counts = async (one: ReturnType<typeof presence>): Promise<readonly unknown[]> =>
      (await shareRouters(database, one, NOBODY, LONG))
        .map(({ organizationId, shares, surplus }) => [
          organizationId === seed.acme.id ? 'acme' : 'globex',
          shares.length,
          surplus,
        ])
        .toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
    expect(await counts(all)).toEqual([
      ['acme', 64, 0],
      ['globex', 64, 0],
    ]);
    expect(await counts(acmeOnly)).toEqual([]);
    // The other is one of two that poll acme, and the only one that polls globex.
    expect(await counts(all)).toEqual([
      ['acme', 64, 32],
      ['globex', 64, 0],
    ]);
    await dismissCollector(database, all.id);
    expect(await counts(acmeOnly)).toEqual([['acme', 64, 0]]);
    await dismissCollector(database, acmeOnly.id);
  });

  it('shows another organization nothing, and lets no login but a worker take part', async () => {
    await shareRouters(database, presence([seed.acme.id]), NOBODY, { lease: 1, margin: 0 });
    for (const table of ['collector_shares', 'collector_organizations']) {
      const rows = await database.organization(seed.globex.id).sql<{ id: string }[]>`
        SELECT organization_id AS id FROM ${database.unscoped(table)}`;
      expect(rows.filter(({ id }) => id !== seed.globex.id)).toEqual([]);
    }
    const people = openDatabase(test.settings('app_user'));
    onTestFinished(() => people.close());
    await expect(shareRouters(people, presence(), NOBODY, LONG)).rejects.toThrow(/permission denied/u);
  });

  it('gives up its part only when nothing of it is polled any more', async () => {
    const polled = Promise.withResolvers<void>();
    const first = open(database, () => polled.promise);
    await vi.waitFor(() => expect(held(first.shares)).toBe(128));
    const second = open(database);
    await vi.waitFor(() => expect(held(first.shares)).toBe(64));
    // It is neither's to poll until the first says so.
    await vi.waitFor(async () => {
      const [row] = await test.admin`SELECT count(*)::int AS collectors FROM collectors WHERE lease_expires_at > now()`;
      expect(row).toEqual({ collectors: 2 });
    });
    expect(held(second.shares)).toBe(0);
    polled.resolve();
    await vi.waitFor(() => expect(held(second.shares)).toBe(64), { timeout: 5000 });
    expect(held(first.shares)).toBe(64);
  });

  it('lets a collector go on while PostgreSQL is away, and stops it when another has its part', async () => {
    const proxy = await startCuttingProxy(test.settings('netup_worker'));
    onTestFinished(() => proxy.stop());
    const away = openDatabase({ ...test.settings('netup_worker'), host: '127.0.0.1', port: proxy.port });
    onTestFinished(() => away.close());
    const { shares, said } = open(away);
    await vi.waitFor(() => expect(held(shares)).toBe(128));
    await proxy.cut();
    await vi.waitFor(() => expect(said.some((line) => line.includes('DatabaseUnavailable'))).toBe(true));
    await vi.waitFor(async () => {
      const [row] =
        await test.admin`SELECT bool_and(lease_expires_at < now() - interval '0.2 s') AS over FROM collectors`;
      expect(row).toEqual({ over: true });
    });
    expect([shares.mayPoll, held(shares)]).toEqual([true, 128]);
    // Another, whose way is not cut, takes everything meanwhile.
    const other = presence();
    await shareRouters(database, other, NOBODY, LONG);
    await proxy.mend();
    await vi.waitFor(() => expect(said).toContain('lost 128'), { timeout: 10_000 });
    expect(held(shares)).toBe(0);
    await dismissCollector(database, other.id);
  });
});
