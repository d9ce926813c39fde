import type { Client } from '@modelcontextprotocol/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { INFLUX_TOOLS } from '../source/mcp/influx/tools.ts';
import { POSTGRES_TOOLS } from '../source/mcp/postgres/tools.ts';
import { aToken, call, connect, type Era, type McpServers, useMcpServers } from './support/mcp.ts';
import { useDatabase } from './support/postgres.ts';
import { writeSteady } from './support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from './support/upgrades.ts';
import { requestUpgrades } from '../source/upgrades/request.ts';

const routersPage = z.object({
  routers: z.array(z.looseObject({ router_id: z.string() })),
  next_cursor: z.string().nullable(),
});
const auditPage = z.object({ events: z.array(z.looseObject({ seq: z.string() })), next_cursor: z.string().nullable() });

const test = useDatabase();
const world = useUpgradeWorld(test);
const start = useMcpServers(test);
let servers: McpServers;
let token = '';

beforeAll(async () => {
  const { seed, telemetry, database } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01', 'ams-edge-01', 'ams-edge-02']);
  await writeSteady(telemetry, seed.acme.id, ['fra-leaf-02'], { cpu: 97, criticalErrors: 3 });
  await writeSteady(telemetry, seed.acme.id, ['fra-leaf-01'], { cpu: 10, criticalErrors: null });
  servers = await start({ telemetry });
  ({ token } = await aToken(database, seed.acme.id, seed.ben));
});

async function withClient<T>(
  server: 'postgres' | 'influx',
  work: (client: Client) => Promise<T>,
  era: Era = 'modern',
): Promise<T> {
  const client = await connect(servers[server], token, era);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

describe.each(['modern', 'legacy'] as const)('a client of the %s protocol', (era) => {
  it('finds the tools, with names, schemas and what they do to the world', async () => {
    const found = [
      ...(await withClient('postgres', (client) => client.listTools(), era)).tools,
      ...(await withClient('influx', (client) => client.listTools(), era)).tools,
    ];
    expect(found.map(({ name }) => name)).toEqual([...POSTGRES_TOOLS, ...INFLUX_TOOLS].map(({ name }) => name));
    expect(found.filter(({ name }) => !/^[\w.-]+$/u.test(name))).toEqual([]);
    for (const { name, annotations, inputSchema, outputSchema, description } of found) {
      expect(annotations).toMatchObject({
        readOnlyHint: name !== 'propose_upgrade',
        destructiveHint: false,
        openWorldHint: false,
      });
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(outputSchema).toMatchObject({ type: 'object' });
      expect(description).toBeTruthy();
    }
  });

  it('decides from get_router and health_summary', async () => {
    const router = await withClient(
      'postgres',
      (client) => call(client, 'get_router', { router_id: 'ams-edge-01' }),
      era,
    );
    const health = await withClient(
      'influx',
      (client) => call(client, 'health_summary', { router_id: 'ams-edge-01', window: '2h' }),
      era,
    );
    expect(router).toMatchObject({
      router: { router_id: 'ams-edge-01', current_ver: '21.4R3-S5', target_ver: '22.4R3-S2', status: 'active' },
      policy: { name: 'ams: hub site', max_cpu_percent: 80, min_free_mem_percent: 20 },
      images: [{ version: '22.4R3-S2', is_golden: true }],
    });
    expect(health).toMatchObject({
      has_data: true,
      health: { cpu_mean: 30, memory_min_free: 60, critical_errors: 0, samples: 60 },
    });
  });
});

describe('the inventory', () => {
  it('is paged through without a gap or a repetition', async () => {
    await withClient('postgres', async (client) => {
      const names: string[] = [];
      let cursor: string | undefined;
      do {
        const page = pageOf(
          await call(client, 'list_routers', { limit: 2, ...(cursor === undefined ? {} : { cursor }) }),
        );
        names.push(...page.routers.map(({ router_id }) => router_id));
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined);
      expect(names).toEqual(world().seed.acme.routers.toSorted());
    });
  });

  it('is filtered', async () => {
    await withClient('postgres', async (client) => {
      const ids = async (given: Record<string, unknown>): Promise<readonly string[]> =>
        pageOf(await call(client, 'list_routers', given)).routers.map(({ router_id }) => router_id);
      expect(await ids({ hostname_prefix: 'ams-e' })).toEqual(['ams-edge-01', 'ams-edge-02']);
      expect(await ids({ site: 'fra', vendor: 'Arista' })).toEqual(['fra-leaf-01', 'fra-leaf-02']);
      expect(await ids({ model: 'MX204', current_ver: '21.4R3-S5', status: 'active' })).toHaveLength(2);
      expect(await ids({ status: 'retired' })).toEqual([]);
    });
  });

  it('tells which routers are behind, which policy applies, and why', async () => {
    await withClient('postgres', async (client) => {
      const ready = pageOf(await call(client, 'ready_for_upgrade', { limit: 3 }));
      expect(ready.routers.map(({ router_id }) => router_id)).toEqual(['ams-core-01', 'ams-edge-01', 'ams-edge-02']);
      const rest = pageOf(await call(client, 'ready_for_upgrade', { cursor: ready.next_cursor ?? '' }));
      expect([rest.routers.map(({ router_id }) => router_id), rest.next_cursor]).toEqual([['fra-leaf-02'], null]);
      expect(await call(client, 'match_policy', { router_id: 'ams-core-01' })).toMatchObject({
        policy_id: world().seed.acme.policies.asr,
        candidates: expect.arrayContaining([
          expect.objectContaining({
            outcome: 'wins',
            reason: { untrusted_text: expect.stringContaining('model=ASR1002-HX') },
          }),
        ]),
      });
    });
  });

  it('is read as resources, and its ids are completed', async () => {
    await withClient('postgres', async (client) => {
      const { contents } = await client.readResource({ uri: 'router://ams-core-01' });
      const [content] = contents;
      expect(content !== undefined && 'text' in content ? JSON.parse(content.text) : null).toEqual(
        await call(client, 'get_router', { router_id: 'ams-core-01' }),
      );
      await expect(client.readResource({ uri: 'router://nowhere' })).rejects.toThrow('no router');
      const ref = { type: 'ref/resource', uri: 'router://{id}' } as const;
      const { completion } = await client.complete({ ref, argument: { name: 'id', value: 'ams-e' } });
      expect(completion.values).toEqual(['ams-edge-01', 'ams-edge-02']);
    });
  });

  it('lists its resources and its prompt, which leads through a decision', async () => {
    const { messages } = await withClient('postgres', async (client) => {
      const { resourceTemplates } = await client.listResourceTemplates();
      expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(['router://{id}', 'upgrade://{id}']);
      const { prompts } = await client.listPrompts();
      expect(prompts).toMatchObject([{ name: 'assess_upgrade', arguments: [{ name: 'router_id', required: true }] }]);
      return client.getPrompt({ name: 'assess_upgrade', arguments: { router_id: 'ams-core-01' } });
    });
    expect(JSON.stringify(messages)).toMatch(/get_router.*health_summary.*propose_upgrade/u);
  });
});

describe('telemetry', () => {
  it('gives series, and says which routers sent nothing', async () => {
    const given = { router_ids: ['ams-core-01', 'fra-old-01'], name: 'cpu', window: '1h', steps: 4 };
    expect(await withClient('influx', (client) => call(client, 'series', given))).toMatchObject({
      series: [{ router_id: 'ams-core-01', step_seconds: 900, values: [30, 30, 30, 30] }],
      without_data: ['fra-old-01'],
    });
  });

  it('lists the fleet worst first, page by page', async () => {
    await withClient('influx', async (client) => {
      const first = pageOf(await call(client, 'fleet_health', { limit: 1 }));
      const second = pageOf(await call(client, 'fleet_health', { limit: 9, cursor: first.next_cursor ?? '' }));
      expect(first.routers.map(({ router_id }) => router_id)).toEqual(['fra-leaf-02']);
      expect(second.routers.map(({ router_id }) => router_id)).toEqual([
        'ams-core-01',
        'ams-edge-01',
        'ams-edge-02',
        'fra-leaf-01',
      ]);
      expect(await call(client, 'critical_errors')).toMatchObject({
        total: 3,
        routers_with_data: 4,
        routers_not_counted: 1,
        routers: [{ router_id: 'fra-leaf-02', critical_errors: 3 }],
      });
      expect(await call(client, 'critical_errors', { router_id: 'ams-core-01' })).toMatchObject({
        total: 0,
        routers_with_data: 1,
        routers: [],
      });
    });
  });

  it('does not take a log that nobody reads for one without errors', async () => {
    await withClient('influx', async (client) => {
      const given = { router_id: 'fra-leaf-01' };
      expect(await call(client, 'critical_errors', given)).toMatchObject({
        total: 0,
        routers_with_data: 0,
        routers_not_counted: 1,
      });
      expect(await call(client, 'health_summary', given)).toMatchObject({
        has_data: true,
        health: { cpu_mean: 10, critical_errors: null },
      });
    });
  });

  it('tells missing figures from good ones', async () => {
    const given = { router_id: 'fra-old-01', window: '2h' };
    expect(await withClient('influx', (client) => call(client, 'health_summary', given))).toMatchObject({
      has_data: false,
      health: { cpu_mean: null, critical_errors: null, samples: 0, newest_at: null },
    });
  });

  it('takes no wrong points where it is in tables', async () => {
    expect(await withClient('influx', (client) => call(client, 'integrity_check'))).toMatchObject({
      ok: true,
      checked_by: 'constraints',
    });
  });
});

it('pages through the audit trail, newest first', async () => {
  const { services, as, seed } = world();
  await requestUpgrades(services, as.ben, aRequest(['ams-core-01'], seed.images.asr));
  await requestUpgrades(services, as.ben, aRequest(['ams-edge-01', 'ams-edge-02'], seed.images.mx));
  await withClient('postgres', async (client) => {
    const seqs: number[] = [];
    let cursor: string | undefined;
    do {
      const answer = await call(client, 'list_audit', { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      const page = auditOf(answer);
      seqs.push(...page.events.map(({ seq }) => Number(seq)));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seqs.length).toBeGreaterThan(3);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => seqs.length - index));
  });
});

function pageOf(answer: unknown): z.infer<typeof routersPage> {
  return routersPage.parse(answer);
}

function auditOf(answer: unknown): z.infer<typeof auditPage> {
  return auditPage.parse(answer);
}
