import path from 'node:path';
import process from 'node:process';
import type { Client } from '@modelcontextprotocol/client';
import type { EvidenceSource } from '../agent/evidence-source.ts';
import { type McpClientSettings, readMcpClientSettings } from '../config/mcp-client-settings.ts';
import { packageRoot, version } from '../config/package-root.ts';
import { connectByHttp, connectToProgram } from '../mcp/client/connect.ts';
import { mcpSource } from '../mcp/client/mcp-source.ts';
import { toolCaller } from '../mcp/client/tool-caller.ts';

/** Whom servers that we start act for. */
interface ForWhom {
  readonly operator: string;
  /** Short name. */
  readonly organization: string;
}

/** Evidence by way of both MCP servers. Close it: servers that were started for it end then. */
export interface ViaMcp {
  readonly source: EvidenceSource;
  close(): Promise<void>;
}

/** Connects to both servers, or starts them. Throws a `UserError` if one of them cannot be used. */
export async function openViaMcp(env: NodeJS.ProcessEnv, whom: ForWhom): Promise<ViaMcp> {
  const settings = readMcpClientSettings(env);
  const opening = (['postgres', 'influx'] as const).map((server) => connect(server, settings, env, whom));
  const opened = await Promise.allSettled(opening);
  const clients = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const close = async (): Promise<void> => void (await Promise.all(clients.map((client) => client.close())));
  const [postgres, influx] = clients;
  if (postgres === undefined || influx === undefined) {
    await close();
    throw opened.find((each) => each.status === 'rejected')?.reason;
  }
  const { organization } = whom;
  const tools = { postgres: toolCaller(postgres, 'postgres'), influx: toolCaller(influx, 'influx'), organization };
  return { source: mcpSource(tools), close };
}

function connect(
  server: 'postgres' | 'influx',
  settings: McpClientSettings,
  env: NodeJS.ProcessEnv,
  whom: ForWhom,
): Promise<Client> {
  if (settings.kind === 'http') {
    return connectByHttp(server, { url: settings[server], token: settings.token, version });
  }
  const program = {
    command: process.execPath,
    args: [path.join(packageRoot, 'bin', 'netup-tui.js'), 'mcp', server],
    env: {
      ...withoutOthersSecrets(env),
      PG_USER: settings.user,
      PG_PASSWORD: settings.password,
      NETUP_OPERATOR: whom.operator,
      NETUP_ORGANIZATION: whom.organization,
      NETUP_READ_ONLY: 'yes',
    },
  };
  return connectToProgram(server, program, version);
}

/** Keys, administrators' and devices' logins, and what is for a client: a server that only reads has no use for them. */
const NOT_FOR_SERVERS =
  /^(?:PG_ADMIN_|INFLUX_(?:ADMIN_TOKEN|USER|PASSWORD)$|NETUP_(?:KEY|CURRENT_KEY|MCP|ADVISOR|SSH|IMAGE|AUDIT)(?:_|$))/u;

function withoutOthersSecrets(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).flatMap(([name, value]): [string, string][] =>
    value === undefined || NOT_FOR_SERVERS.test(name) ? [] : [[name, value]],
  );
  return Object.fromEntries(kept);
}
