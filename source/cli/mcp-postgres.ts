import { UserError } from '../config/user-error.ts';
import { postgresServer } from '../mcp/postgres/server.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { assertSafeRole } from '../postgres/safe-role.ts';
import { readCommandLine } from './command-line.ts';
import { type Context, openContext, openTelemetry } from './context.ts';
import { MCP_FLAGS, readHttpFlags } from './mcp-flags.ts';
import { mcpLog } from './mcp-log.ts';
import { MCP_DATABASE, serveMcp } from './mcp-serve.ts';
import type { Run } from './shell.ts';

/** Requests are rare, and small. */
const WRITERS = 4;

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'mcp postgres',
    purpose:
      'Serves the inventory, policies, upgrades and the audit trail of one organization to assistants, by the Model Context Protocol: over standard ' +
      'input and output for NETUP_OPERATOR in NETUP_ORGANIZATION, or by HTTP for the operators of tokens. Needs a login that is a member of ' +
      'netup_readonly; with NETUP_MCP_PG_USER upgrades can be proposed, which a person has to approve.',
    flags: MCP_FLAGS,
    examples: ['mcp postgres', 'mcp postgres --http 8765'],
  });
  const http = readHttpFlags('mcp postgres', flags);
  const context = openContext(shell.env, MCP_DATABASE);
  const log = mcpLog(shell, 'postgres');
  const { database, settings } = context;
  const writer = settings.readOnly ? null : await openWriter(context);
  try {
    const telemetry = await openTelemetry(context);
    try {
      const now = (): Date => new Date();
      await serveMcp({
        context,
        log,
        http,
        open: (caller) => ({
          caller,
          scope: database.organization(caller.organizationId),
          requests: writer === null ? null : { scope: writer.organization(caller.organizationId), telemetry },
          now,
        }),
        build: (services, { version }) => postgresServer(services, { version, proposes: writer !== null }),
      });
    } finally {
      await telemetry.close();
    }
    return 0;
  } finally {
    await writer?.close();
    await context.close();
  }
};

/** The login that makes requests; null if there is none. Throws a `UserError` if it can do more, or less, than that takes. */
async function openWriter({ settings }: Context): Promise<Database | null> {
  if (settings.mcpWriter === null) return null;
  const writer = openDatabase({ ...settings.mcpWriter, poolSize: WRITERS }, MCP_DATABASE);
  try {
    await assertSafeRole(writer, 'app_user');
    return writer;
  } catch (error) {
    await writer.close();
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`NETUP_MCP_PG_USER: ${error.message.replace('set PG_USER', 'set NETUP_MCP_PG_USER')}`, {
      cause: error,
    });
  }
}
