import type { Client } from '@modelcontextprotocol/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decideRouters, type RouterDecision } from '../source/agent/decide.ts';
import { directSource } from '../source/agent/direct-source.ts';
import type { EvidenceSource } from '../source/agent/evidence-source.ts';
import type { StartToJudge } from '../source/agent/gather-evidence.ts';
import { mcpSource } from '../source/mcp/client/mcp-source.ts';
import { toolCaller } from '../source/mcp/client/tool-caller.ts';
import { GATE_IDS } from '../source/model/gate.ts';
import { databaseVariables, type CliResult, useCli } from './support/cli.ts';
import { aToken, connect, type McpServers, useMcpServers } from './support/mcp.ts';
import { useDatabase } from './support/postgres.ts';
import { randomFleet, type RandomRouter } from './support/random-fleet.ts';
import { useUpgradeWorld } from './support/upgrades.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const cli = useCli();
const start = useMcpServers(test);
const clients: Client[] = [];
let servers: McpServers;
let fleet: readonly RandomRouter[];
let [acme, globex] = ['', ''];

beforeAll(async () => {
  const { seed, telemetry, database } = world();
  fleet = await randomFleet(test, world(), { routers: 32, from: 20_261_124 });
  servers = await start({ telemetry, limits: { perMinute: 100_000 } });
  ({ token: acme } = await aToken(database, seed.acme.id, seed.cy, { role: 'viewer' }));
  ({ token: globex } = await aToken(database, seed.globex.id, seed.cy, { role: 'viewer' }));
  return async () => {
    for (const client of clients) await client.close();
  };
});

async function viaMcp(token: string): Promise<EvidenceSource> {
  const [postgres, influx] = [await connect(servers.postgres, token), await connect(servers.influx, token)];
  clients.push(postgres, influx);
  return mcpSource({
    postgres: toolCaller(postgres, 'postgres'),
    influx: toolCaller(influx, 'influx'),
    organization: 'acme',
  });
}

describe('the agent as a client of both servers', () => {
  it.each([
    ['now', { choice: { kind: 'now' } }],
    ['in the next window', { choice: { kind: 'window' } }],
  ] satisfies [string, StartToJudge][])('decides as it does from the databases, for a start %s', async (_, at) => {
    const { scope, telemetry } = world();
    const judging = { now: new Date(), start: at };
    const requests = fleet.map(({ id, imageId }) => ({ routerId: id, imageId }));
    const decide = (source: EvidenceSource, asked = requests): Promise<readonly RouterDecision[]> =>
      decideRouters(source, asked, judging);
    const mcp = await viaMcp(acme);
    const [direct, through] = [await decide(directSource(scope, telemetry)), await decide(mcp)];
    expect(through).toEqual(direct);
    expect(direct).toHaveLength(32);
    // Up to eight routers are asked of the telemetry store one by one.
    const few = requests.slice(0, 3);
    expect(await decide(mcp, few)).toEqual(await decide(directSource(scope, telemetry), few));
  });

  it('is compared over routers of which every gate passes for some and does not for others', async () => {
    const requests = fleet.map(({ id, imageId }) => ({ routerId: id, imageId }));
    const judging = { now: new Date(), start: { choice: { kind: 'window' } } } as const;
    const decisions = await decideRouters(await viaMcp(acme), requests, judging);
    const gates = decisions.flatMap((decision) => decision.gates);
    const seen = (id: string, passes: boolean): boolean =>
      gates.some((gate) => gate.id === id && (gate.result === 'pass') === passes);
    expect(GATE_IDS.filter((id) => !seen(id, true) || !seen(id, false))).toEqual([]);
  });

  it('decides nothing where a server answers of another organization, refuses, or is away', async () => {
    const requests = [{ routerId: 'ams-core-01', imageId: null }];
    const decide = (source: EvidenceSource) => decideRouters(source, requests, { now: new Date() });
    await expect(decide(await viaMcp(globex))).rejects.toThrow('answers for another organization than acme');
    const unknown = [{ routerId: 'nowhere', imageId: null }];
    await expect(decideRouters(await viaMcp(acme), unknown, { now: new Date() })).rejects.toThrow(
      'did not answer get_router, so nothing was decided: There is no router',
    );
    const source = await viaMcp(acme);
    await clients.at(-1)?.close();
    await expect(decide(source)).rejects.toThrow('The MCP server influx did not answer health_summary');
  });
});

describe('decide --via mcp', () => {
  const run = (env: Readonly<Record<string, string>>, ...argv: readonly string[]): Promise<CliResult> =>
    cli.run(argv, {
      ...databaseVariables(test.settings('app_user')),
      NETUP_OPERATOR: 'cy',
      NETUP_ORGANIZATION: 'acme',
      ...env,
    });
  const reader = (): Record<string, string> => {
    const { user, password } = test.settings('netup_readonly');
    return { NETUP_MCP_READ_USER: user, NETUP_MCP_READ_PASSWORD: password };
  };
  /** Ages differ from one run to the next; everything that is judged does not. */
  const told = ({ stdout }: CliResult): unknown =>
    z
      .object({
        decisions: z.array(
          z.object({
            hostname: z.string(),
            verdict: z.string(),
            gates: z.array(z.object({ id: z.string(), result: z.string(), expected: z.string() })),
          }),
        ),
      })
      .parse(JSON.parse(stdout));

  it('starts both servers itself, and decides as without', async () => {
    const direct = await run({}, 'decide', '--filter', 'host=random-00', '--window', '--json');
    const through = await run(reader(), 'decide', '--filter', 'host=random-00', '--window', '--json', '--via', 'mcp');
    expect(through.stderr).toBe('');
    expect(through.code).toBe(direct.code);
    expect(told(through)).toEqual(told(direct));
    expect(JSON.parse(through.stdout)).toMatchObject({ decisions: { length: 10 } });
  });

  it('asks servers that run, with a token', async () => {
    const env = { NETUP_MCP_POSTGRES_URL: servers.postgres, NETUP_MCP_INFLUX_URL: servers.influx };
    const one = await run({ ...env, NETUP_MCP_TOKEN: acme }, 'decide', 'ams-core-01', '--via', 'mcp');
    expect(one).toMatchObject({ code: 3, stderr: '' });
    const wrong = await run({ ...env, NETUP_MCP_TOKEN: globex }, 'decide', 'ams-core-01', '--via', 'mcp');
    expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('another organization') });
    const bad = `netup_mcp_${'A'.repeat(43)}`;
    const refused = await run({ ...env, NETUP_MCP_TOKEN: bad }, 'decide', 'ams-core-01', '--via', 'mcp');
    expect(refused.stderr).toContain('cannot be used: ');
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
    expect(refused.stderr + wrong.stderr).not.toMatch(/netup_mcp_/u);
  });

  it.each([
    [{}, '--via mcp needs the MCP servers'],
    [{ NETUP_MCP_POSTGRES_URL: 'http://127.0.0.1:1/mcp' }, 'NETUP_MCP_INFLUX_URL is not set'],
    [{ NETUP_MCP_POSTGRES_URL: 'http://mcp.example.net/mcp' }, 'NETUP_MCP_POSTGRES_URL is not an https address'],
    [{ NETUP_MCP_READ_USER: 'nobody_at_all', NETUP_MCP_READ_PASSWORD: 'x' }, 'cannot be used: '],
  ])('is refused in a sentence with %j', async (env, sentence) => {
    const { code, stdout, stderr } = await run(env, 'decide', 'ams-core-01', '--via', 'mcp');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
