import process from 'node:process';
import type { McpServer } from '@modelcontextprotocol/server';
import { version } from '../config/package-root.ts';
import { UserError } from '../config/user-error.ts';
import type { Caller } from '../mcp/caller.ts';
import type { CallServices } from '../mcp/calls.ts';
import { FairQueue } from '../mcp/fair-queue.ts';
import { serveOverHttp } from '../mcp/http/serve-http.ts';
import type { McpLog } from '../mcp/log.ts';
import { serveOverStdio } from '../mcp/serve-stdio.ts';
import { assertSafeRole } from '../postgres/safe-role.ts';
import type { DatabaseOptions } from '../postgres/database.ts';
import { assertTables } from './check-tables.ts';
import type { Context } from './context.ts';
import type { HttpChoice } from './mcp-flags.ts';
import { environmentCaller } from './mcp-identity.ts';
import { countingLog, mcpMonitor } from './monitoring/mcp-monitor.ts';
import { Tally } from './monitoring/tally.ts';
import { watched } from './monitoring/watched.ts';
import { signalled } from './signalled.ts';

/** Nobody waits for a model's answer for long, and a statement that takes longer asks for too much. */
export const MCP_DATABASE: DatabaseOptions = {
  applicationName: 'netup-tui mcp',
  patienceMs: 10_000,
  statementTimeoutMs: 10_000,
};

export interface Serving<CallContext> {
  readonly context: Context;
  readonly log: McpLog;
  /** Null: over standard input and output. */
  readonly http: HttpChoice | null;
  readonly open: (caller: Caller) => CallContext;
  readonly build: (services: CallServices<CallContext>, program: { readonly version: string }) => McpServer;
}

/** Checks the login that reads, and serves until a signal comes or the client is gone. */
export async function serveMcp<CallContext>(serving: Serving<CallContext>): Promise<void> {
  const { context, http, open, build } = serving;
  const calls = new Tally();
  const log = countingLog(serving.log, calls);
  const { database, settings } = context;
  await assertTables(database);
  await assertSafeRole(database, 'netup_readonly');
  // Half of the connections for calls of one caller, so that another's find one.
  const perCaller = Math.max(1, Math.floor(settings.postgres.poolSize / 2));
  const queue = new FairQueue({ atOnce: settings.postgres.poolSize, perCaller: Math.min(4, perCaller), waiting: 64 });
  const serve = (identify: () => Promise<Caller>): McpServer => build({ identify, open, queue, log }, { version });
  const ending = signalled();
  try {
    if (http === null) {
      const identify = await environmentCaller(database, settings);
      const { stdin, stdout } = process;
      await serveOverStdio(() => serve(identify), { stdin, stdout, log, signal: ending.signal });
      return;
    }
    const server = await serveOverHttp((caller) => serve(() => Promise.resolve(caller)), {
      ...http,
      database,
      log,
    }).catch((error: unknown) => {
      throw cannotListen(error, http);
    });
    try {
      await watched(
        http.metrics,
        'mcp',
        (own) => mcpMonitor(database, calls, own),
        (url) => log('info', 'metrics', { url: `${url}/metrics` }),
        () => aborted(ending.signal),
      );
    } finally {
      await server.close();
    }
  } finally {
    ending.release();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function cannotListen(error: unknown, { bind }: HttpChoice): unknown {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return error;
  const at = `${bind.host}:${bind.port}`;
  return new UserError(`The server cannot listen at ${at} (${String(error.code)}); name another port by --http.`, {
    cause: error,
  });
}
