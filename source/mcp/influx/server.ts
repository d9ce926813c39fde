import { McpServer } from '@modelcontextprotocol/server';
import { addTools } from '../add-tools.ts';
import type { CallServices } from '../calls.ts';
import type { InfluxContext } from './context.ts';
import { INFLUX_TOOLS } from './tools.ts';

const INSTRUCTIONS =
  'CPU, memory and errors of the routers of one organization, over windows up to now. Begin with health_summary of one router, or fleet_health. ' +
  'Router ids come from the inventory server. A figure that is null is missing: it never counts as good.';

/** The server over the telemetry store, for one connection or request. */
export function influxServer(
  services: CallServices<InfluxContext>,
  { version }: { readonly version: string },
): McpServer {
  const server = new McpServer(
    { name: 'netup-tui-influx', title: 'netup-tui: telemetry', version },
    { instructions: INSTRUCTIONS },
  );
  addTools(server, INFLUX_TOOLS, services);
  return server;
}
