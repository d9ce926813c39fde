import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceTemplate,
  type ReadResourceTemplateCallback,
} from '@modelcontextprotocol/server';
import { pageRouters } from '../../postgres/mcp-pages.ts';
import { type CallServices, carryOut } from '../calls.ts';
import { Refusal } from '../refusal.ts';
import type { Tool } from '../tool.ts';
import type { PostgresContext } from './context.ts';
import { getRouter } from './get-router.ts';
import { getUpgrade } from './get-upgrade.ts';

const MOST_SUGGESTIONS = 20;

/** `router://{id}` and `upgrade://{id}`: what the tools of the same things answer. They are not listed, since there are too many. */
export function addResources(server: McpServer, services: CallServices<PostgresContext>): void {
  const suggest = (begun: string): Promise<string[]> =>
    carryOut(services, 'complete router', async ({ scope }) => {
      const filter = begun === '' || /[\u0000-\u001f\u007f]/u.test(begun) ? {} : { hostname: begun.slice(0, 253) };
      const { rows } = await pageRouters(scope, filter, null, MOST_SUGGESTIONS);
      return rows.map(({ id }) => id);
    });
  server.registerResource(
    'router',
    new ResourceTemplate('router://{id}', { list: undefined, complete: { id: suggest } }),
    { title: 'Router', description: 'A router as get_router answers it.', mimeType: 'application/json' },
    reader(services, getRouter, 'router_id'),
  );
  server.registerResource(
    'upgrade',
    new ResourceTemplate('upgrade://{id}', { list: undefined }),
    { title: 'Upgrade', description: 'An upgrade as get_upgrade answers it.', mimeType: 'application/json' },
    reader(services, getUpgrade, 'upgrade_id'),
  );
}

function reader(
  services: CallServices<PostgresContext>,
  tool: Tool<PostgresContext>,
  argument: string,
): ReadResourceTemplateCallback {
  return async (uri, { id }) => {
    const given = tool.input.safeParse({ [argument]: decoded(String(id)) });
    if (!given.success) throw invalid(`${uri.protocol} takes an id that ${tool.name} would take.`);
    try {
      const answer = await carryOut(services, `read ${uri.protocol}`, (context) => tool.run(context, given.data));
      return { contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify(answer) }] };
    } catch (error) {
      throw error instanceof Refusal ? invalid(error.message) : error;
    }
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
