import type { Client } from '@modelcontextprotocol/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { approveUpgrade } from '../source/upgrades/decide.ts';
import { requestUpgrades } from '../source/upgrades/request.ts';
import { aToken, call, connect, type McpServers, refusalOf, useMcpServers } from './support/mcp.ts';
import { forgetUpgrades, useDatabase } from './support/postgres.ts';
import { writeSteady } from './support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from './support/upgrades.ts';

const proposal = z.looseObject({ upgrade_id: z.string(), next: z.string() });

const test = useDatabase();
const world = useUpgradeWorld(test);
const start = useMcpServers(test);
let servers: McpServers;
let token = '';

beforeAll(async () => {
  const { seed, telemetry, database } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01', 'ams-edge-01', 'ams-edge-02']);
  await writeSteady(telemetry, seed.acme.id, ['fra-leaf-02'], { cpu: 97, criticalErrors: 3 });
  servers = await start({ telemetry });
  ({ token } = await aToken(database, seed.acme.id, seed.ben));
});

async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect(servers.postgres, token);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

describe('a proposal', () => {
  const given = {
    router_id: 'ams-core-01',
    schedule: 'now',
    reason: 'behind \u001b[31mits target',
    change_reference: 'CHG-7',
  };

  it('is a pending upgrade of the operator of the token, which neither they nor the maker of the token can approve', async () => {
    const { database, seed, services, as } = world();
    const made = await aToken(database, seed.acme.id, seed.ben, { by: seed.ada });
    const client = await connect(servers.postgres, made.token);
    const proposed = await call(client, 'propose_upgrade', { ...given, reason: 'behind its target' });
    const upgrade = proposalOf(proposed);
    expect(upgrade).toMatchObject({
      status: 'pending',
      router_id: 'ams-core-01',
      to_ver: '17.12.03',
      repeated: false,
    });
    expect(upgrade.next).toContain('other than ben');
    const [row] = await test.admin`
      SELECT u.requested_via, a.source, a.actor_name, a.actor_role, a.action, a.reason FROM upgrades AS u
      JOIN audit_events AS a ON a.upgrade_id = u.id WHERE u.id = ${upgrade.upgrade_id}`;
    expect(row).toEqual({
      requested_via: 'mcp',
      source: 'mcp',
      actor_name: 'ben',
      actor_role: 'operator',
      action: 'upgrade.request',
      reason: 'behind its target',
    });
    const byBen = { ...as.ben, role: 'approver' } as const;
    await expect(approveUpgrade(services, byBen, upgrade.upgrade_id)).rejects.toMatchObject({ code: 'own_request' });
    await expect(approveUpgrade(services, as.ada, upgrade.upgrade_id)).rejects.toThrow('MCP token that you made');
    await expect(
      test.admin`UPDATE upgrades SET status = 'approved', approved_by = ${seed.ada.id}, approved_at = now() WHERE id = ${upgrade.upgrade_id}`,
    ).rejects.toThrow('maker of the token');
    await expect(test.admin`UPDATE upgrades SET mcp_token_id = NULL WHERE id = ${upgrade.upgrade_id}`).rejects.toThrow(
      'cannot be changed',
    );
    await approveUpgrade(services, as.ana, upgrade.upgrade_id);
    expect(await call(client, 'get_upgrade', { upgrade_id: upgrade.upgrade_id })).toMatchObject({
      upgrade: { status: 'approved', requested_by: 'ben', approved_by: 'ana', steps: expect.any(Array) },
    });
    expect(await call(client, 'success_rate')).toMatchObject({
      routers: [{ router_id: 'ams-core-01', total_upgrades: 1, successful: 0, success_rate: 0 }],
    });
    await client.close();
    await forgetUpgrades(test.admin);
  });

  it('gives the first outcome again for the same key', async () => {
    await withClient(async (client) => {
      const keyed = { ...given, reason: 'again', idempotency_key: crypto.randomUUID() };
      const first = proposalOf(await call(client, 'propose_upgrade', keyed));
      const second = proposalOf(await call(client, 'propose_upgrade', keyed));
      expect(second).toEqual({ ...first, repeated: true });
      expect(
        refusalOf(await client.callTool({ name: 'propose_upgrade', arguments: { ...given, reason: 'b' } })),
      ).toContain('already being upgraded');
    });
    await forgetUpgrades(test.admin);
  });

  it('is refused where a gate does not pass, with a row in the trail', async () => {
    await withClient(async (client) => {
      const wanted = { ...given, router_id: 'fra-leaf-02', reason: 'no' };
      expect(refusalOf(await client.callTool({ name: 'propose_upgrade', arguments: wanted }))).toMatch(
        /blocked.*cpu: 97/u,
      );
      expect(
        await call(client, 'list_audit', { action_prefix: 'upgrade.request_refused', router_id: 'fra-leaf-02' }),
      ).toMatchObject({
        events: [
          {
            actor: 'ben',
            source: 'mcp',
            router_id: 'fra-leaf-02',
            reason: { untrusted_text: expect.stringContaining('cpu: 97') },
          },
        ],
      });
    });
  });

  it('of an assistant is refused after a failure of late, of which only a person can know', async () => {
    const { seed, services, as } = world();
    await test.admin.begin(async (sql) => {
      // Nobody can write one that failed.
      await sql`SET LOCAL session_replication_role = replica`;
      await sql`
        INSERT INTO upgrades (organization_id, router_id, image_id, from_ver, to_ver, schedule_kind, decision, gates, batch_id,
          idempotency_key, requested_by, status, finished_at)
        VALUES (${seed.acme.id}, 'ams-core-01', ${seed.images.asr}, '1', '2', 'now', 'approve', '[]', gen_random_uuid(),
          gen_random_uuid(), ${seed.ben.id}, 'failed', now())`;
    });
    await withClient(async (client) => {
      const answer = await client.callTool({ name: 'propose_upgrade', arguments: { ...given, reason: 'd' } });
      expect(refusalOf(answer)).toMatch(/blocked.*failures/u);
    });
    const asked = await requestUpgrades(services, as.ben, aRequest(['ams-core-01'], seed.images.asr));
    expect(asked.upgrades).toHaveLength(1);
    await forgetUpgrades(test.admin);
  });

  it('takes a token for it, and clean words', async () => {
    const { database, seed } = world();
    await withClient(async (client) => {
      expect(refusalOf(await client.callTool({ name: 'propose_upgrade', arguments: given }))).toContain(
        'one line of text',
      );
    });
    const reading = await aToken(database, seed.acme.id, seed.ada, { role: 'viewer' });
    const client = await connect(servers.postgres, reading.token);
    const answer = await client.callTool({ name: 'propose_upgrade', arguments: { ...given, reason: 'c' } });
    expect(refusalOf(answer)).toContain('needs the role operator; yours is viewer');
    await client.close();
    const unable = await start({ telemetry: world().telemetry, proposes: false });
    const other = await connect(unable.postgres, token);
    expect((await other.listTools()).tools.map(({ name }) => name)).not.toContain('propose_upgrade');
    await other.close();
  });
});

function proposalOf(answer: unknown): z.infer<typeof proposal> {
  return proposal.parse(answer);
}
