import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import { quoted } from '../../config/printable.ts';
import { UserError } from '../../config/user-error.ts';
import { METRICS_TYPE, metricsText } from '../../model/metrics-text.ts';
import { type ListenAddress, readListenAddress } from '../listen-address.ts';
import type { Monitor } from './monitor.ts';

/** The flag of every command that can be watched. */
export const METRICS_FLAG = {
  type: 'string',
  placeholder: '[HOST:]PORT',
  help: 'serve /metrics, /healthz and /readyz there, at 127.0.0.1 unless a host is named; 0 takes a free port',
} as const;

const MOST_CONNECTIONS = 64;
/** To send a request. */
const REQUEST_MS = 5000;

/** Null if the flag was not given. Throws a `UserError` for what is no address. */
export function readMetricsFlag(command: string, written: string | undefined): ListenAddress | null {
  if (written === undefined) return null;
  const address = readListenAddress(written);
  if (address !== null) return address;
  throw new UserError(
    `netup-tui ${command}: ${quoted(written)} is no address; write --metrics 9464 or --metrics 127.0.0.1:9464.`,
    { exitCode: 2 },
  );
}

export interface MonitorServer {
  /** Where it listens: `http://127.0.0.1:9464`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves what a monitor tells, to anybody who reaches the address. Rejects with a `UserError` if it cannot listen there. */
export async function serveMonitor({ host, port }: ListenAddress, monitor: Monitor): Promise<MonitorServer> {
  const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS }, (request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return send(response, 405, 'text/plain', 'Only GET is answered.\n');
    }
    answer(path, monitor, response).catch(() => send(response, 500, 'text/plain', 'The figures cannot be told.\n'));
  });
  server.maxConnections = MOST_CONNECTIONS;
  const isIpv6 = isIPv6(host);
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new UserError(`The metrics cannot be served at ${host}:${port} (${code}); name another by --metrics.`, {
      cause: error,
    });
  }
  const bound = server.address();
  const taken = typeof bound === 'object' && bound !== null ? bound.port : port;
  return {
    url: `http://${isIpv6 ? `[${host}]` : host}:${taken}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(path: string, monitor: Monitor, response: ServerResponse): Promise<void> {
  if (path === '/healthz') return send(response, 200, 'text/plain', 'ok\n');
  if (path === '/metrics') return send(response, 200, METRICS_TYPE, metricsText(await monitor.metrics()));
  if (path !== '/readyz') return send(response, 404, 'text/plain', 'There are /metrics, /healthz and /readyz.\n');
  const found = await monitor.readiness();
  const ready = Object.values(found).every((why) => why === null);
  const checks = Object.fromEntries(Object.entries(found).map(([name, why]) => [name, why ?? 'ok']));
  send(response, ready ? 200 : 503, 'application/json', `${JSON.stringify({ ready, checks })}\n`);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
