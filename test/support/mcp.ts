import { randomUUID } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, expect } from 'vitest';
import { z } from 'zod';
import type { Caller } from '../../source/mcp/caller.ts';
import type { CallServices } from '../../source/mcp/calls.ts';
import { FairQueue } from '../../source/mcp/fair-queue.ts';
import { HTTP_LIMITS, type HttpLimits } from '../../source/mcp/http/parts.ts';
import { serveOverHttp, type ServingHttp } from '../../source/mcp/http/serve-http.ts';
import type { InfluxContext } from '../../source/mcp/influx/context.ts';
import { fleetReader } from '../../source/mcp/influx/fleet-reader.ts';
import { integrityReader } from '../../source/mcp/influx/integrity-reader.ts';
import { influxServer } from '../../source/mcp/influx/server.ts';
import { postgresServer } from '../../source/mcp/postgres/server.ts';
import { makeToken } from '../../source/mcp/token.ts';
import type { Actor, Operator } from '../../source/model/operator.ts';
import { type Database, openDatabase, type OrganizationScope } from '../../source/postgres/database.ts';
import { addMcpToken, type McpRole } from '../../source/postgres/mcp-tokens.ts';
import type { InfluxConnection } from '../../source/telemetry/influx/connection.ts';
import type { TelemetryStore } from '../../source/telemetry/store.ts';
import type { TestDatabase } from './postgres.ts';

/** Both servers over HTTP in this process, on the logins that they have in production. */
export interface McpServers {
  readonly postgres: string;
  readonly influx: string;
  /** Lines of their logs. */
  readonly log: readonly string[];
}

export interface McpSetting {
  readonly telemetry: TelemetryStore;
  readonly connection?: InfluxConnection;
  readonly limits?: Partial<HttpLimits>;
  readonly proposes?: boolean;
}

const VERSION = { version: '0.0.0' };

/** Starts both servers; they are stopped after the test file. Call it in `beforeAll`. */
export function useMcpServers(test: TestDatabase): (setting: McpSetting) => Promise<McpServers> {
  const ends: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });
  return async ({ telemetry, connection, limits = {}, proposes = true }) => {
    const database = openDatabase(test.settings('netup_readonly'));
    const writer = openDatabase(test.settings('app_user'));
    ends.push(
      () => database.close(),
      () => writer.close(),
    );
    const lines: string[] = [];
    const now = (): Date => new Date();
    const common = {
      queue: new FairQueue({ atOnce: 8, perCaller: 4, waiting: 64 }),
      log: (level: string, message: string, details = {}) =>
        void lines.push(JSON.stringify({ level, message, ...details })),
    };
    const http = {
      bind: { host: '127.0.0.1', port: 0 },
      hosts: ['localhost', '127.0.0.1'],
      origins: ['localhost'],
      database,
      limits: { ...HTTP_LIMITS, refusalMs: 20, ...limits },
      log: common.log,
    };
    const serve = async (build: Parameters<typeof serveOverHttp>[0]): Promise<string> => {
      const serving: ServingHttp = await serveOverHttp(build, http);
      ends.push(() => serving.close());
      return `http://127.0.0.1:${serving.port}/mcp`;
    };
    const scopeOf = (caller: Caller): OrganizationScope => database.organization(caller.organizationId);
    const fleet = fleetReader(telemetry, () => performance.now());
    const integrity = integrityReader(connection ?? null);
    const influxServices = (caller: Caller): CallServices<InfluxContext> => ({
      ...common,
      identify: () => Promise.resolve(caller),
      open: () => ({ caller, scope: scopeOf(caller), telemetry, fleet, integrity, now }),
    });
    return {
      log: lines,
      postgres: await serve((caller) =>
        postgresServer(
          {
            ...common,
            identify: () => Promise.resolve(caller),
            open: () => ({
              caller,
              scope: scopeOf(caller),
              requests: proposes ? { scope: writer.organization(caller.organizationId), telemetry } : null,
              now,
            }),
          },
          { ...VERSION, proposes },
        ),
      ),
      influx: await serve((caller) => influxServer(influxServices(caller), VERSION)),
    };
  };
}

/** Makes a token in an organization; `by` is who makes it. */
export async function aToken(
  database: Database,
  organizationId: string,
  operator: Operator,
  {
    role = 'operator',
    by = operator,
    expiresAt = new Date(Date.now() + 3_600_000),
  }: {
    readonly role?: McpRole;
    readonly by?: Operator;
    readonly expiresAt?: Date;
  } = {},
): Promise<{ readonly token: string; readonly name: string; readonly hash: Buffer }> {
  const { token, hash } = makeToken();
  const name = `t-${randomUUID()}`;
  const actor: Actor = { operator: by, role: 'admin', source: 'cli', correlationId: 'test' };
  await addMcpToken(database.organization(organizationId), actor, { name, operator, role, hash, expiresAt });
  return { token, name, hash };
}

/** The newest revision of the protocol, and what clients of 2025 speak. */
export type Era = 'modern' | 'legacy';

/** A client of the SDK with a token. Close it. */
export async function connect(url: string, token: string, era: Era = 'modern'): Promise<Client> {
  const mode = era === 'legacy' ? era : { pin: '2026-07-28' };
  const client = new Client({ name: 'test', version: '0' }, { versionNegotiation: { mode } });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return client;
}

/** Calls a tool, and holds the answer against the schema that the server published for it. */
export async function call(client: Client, name: string, given: Record<string, unknown> = {}): Promise<unknown> {
  const { tools } = await client.listTools();
  const schema = tools.find((tool) => tool.name === name)?.outputSchema;
  const answer = await client.callTool({ name, arguments: given });
  if (answer.isError === true) throw new Error(JSON.stringify(answer.content));
  const validate = new Ajv2020({ strict: false }).compile(z.record(z.string(), z.unknown()).parse(schema));
  validate(answer.structuredContent);
  expect(validate.errors ?? []).toEqual([]);
  const [copy] = answer.content;
  expect(copy?.type === 'text' ? JSON.parse(copy.text) : null).toEqual(answer.structuredContent);
  return answer.structuredContent;
}

/** The text of an answer that is an error; throws if it is none. */
export function refusalOf(answer: Awaited<ReturnType<Client['callTool']>>): string {
  const [content] = answer.content;
  if (answer.isError !== true || content?.type !== 'text') throw new Error(`No refusal: ${JSON.stringify(answer)}`);
  return content.text;
}
