import { fleetReader } from '../mcp/influx/fleet-reader.ts';
import { integrityReader } from '../mcp/influx/integrity-reader.ts';
import { influxServer } from '../mcp/influx/server.ts';
import { InfluxConnection } from '../telemetry/influx/connection.ts';
import { readCommandLine } from './command-line.ts';
import { openContext, openTelemetry } from './context.ts';
import { MCP_FLAGS, readHttpFlags } from './mcp-flags.ts';
import { mcpLog } from './mcp-log.ts';
import { MCP_DATABASE, serveMcp } from './mcp-serve.ts';
import type { Run } from './shell.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'mcp influx',
    purpose:
      'Serves the telemetry of one organization to assistants, by the Model Context Protocol: over standard input and output for NETUP_OPERATOR in ' +
      'NETUP_ORGANIZATION, or by HTTP for the operators of tokens. Reads InfluxDB, or PostgreSQL where INFLUX_URL is not set; ' +
      'needs a login to PostgreSQL that is a member of netup_readonly, for who may ask.',
    flags: MCP_FLAGS,
    examples: ['mcp influx', 'mcp influx --http 8766'],
  });
  const http = readHttpFlags('mcp influx', flags);
  const context = openContext(shell.env, MCP_DATABASE);
  const log = mcpLog(shell, 'influx');
  const { database, settings } = context;
  try {
    const telemetry = await openTelemetry(context);
    const connection = settings.influx === null ? null : new InfluxConnection(settings.influx);
    try {
      const fleet = fleetReader(telemetry, () => performance.now());
      const integrity = integrityReader(connection);
      const now = (): Date => new Date();
      await serveMcp({
        context,
        log,
        http,
        open: (caller) => ({
          caller,
          scope: database.organization(caller.organizationId),
          telemetry,
          fleet,
          integrity,
          now,
        }),
        build: influxServer,
      });
    } finally {
      connection?.close();
      await telemetry.close();
    }
    return 0;
  } finally {
    await context.close();
  }
};
