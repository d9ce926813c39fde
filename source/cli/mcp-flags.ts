import { isIP } from 'node:net';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { HTTP_LIMITS, type HttpParts } from '../mcp/http/parts.ts';
import { type ListenAddress, readListenAddress } from './listen-address.ts';
import { METRICS_FLAG, readMetricsFlag } from './monitoring/monitor-server.ts';

export const MCP_FLAGS = {
  http: {
    type: 'string',
    placeholder: '[HOST:]PORT',
    help: 'serve Streamable HTTP there, with tokens; without it: standard input and output',
  },
  allowRemote: { type: 'boolean', help: 'with --http: also at addresses that other machines reach' },
  hostName: {
    type: 'string',
    placeholder: 'NAME[,NAME]',
    help: 'with --http: further names that clients call the server by',
  },
  origin: {
    type: 'string',
    placeholder: 'NAME[,NAME]',
    help: 'with --http: host names of web pages that may call it',
  },
  metrics: { ...METRICS_FLAG, help: `with --http: ${METRICS_FLAG.help}` },
  rate: {
    type: 'number',
    placeholder: 'N',
    help: `with --http: requests of a token in a minute (default ${HTTP_LIMITS.perMinute})`,
  },
} as const;

/** Values of `MCP_FLAGS`. */
interface Given {
  readonly http?: string | undefined;
  readonly allowRemote?: boolean | undefined;
  readonly hostName?: string | undefined;
  readonly origin?: string | undefined;
  readonly rate?: number | undefined;
  readonly metrics?: string | undefined;
}

/** How to serve over HTTP. */
export interface HttpChoice extends Pick<HttpParts, 'bind' | 'hosts' | 'origins' | 'limits'> {
  /** Where it can be watched; null: nowhere. */
  readonly metrics: ListenAddress | null;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const MOST_PER_MINUTE = 100_000;

/** Null: over standard input and output. Throws a `UserError` for what does not go together. */
export function readHttpFlags(command: string, given: Given): HttpChoice | null {
  const { http, allowRemote = false, hostName, origin, rate = HTTP_LIMITS.perMinute } = given;
  const wrong = (fault: string): never => {
    throw new UserError(`netup-tui ${command}: ${fault}`, { exitCode: 2 });
  };
  if (http === undefined) {
    if (
      allowRemote ||
      hostName !== undefined ||
      origin !== undefined ||
      given.rate !== undefined ||
      given.metrics !== undefined
    ) {
      wrong('--allow-remote, --host-name, --origin, --rate and --metrics are for --http.');
    }
    return null;
  }
  const bind =
    readListenAddress(http) ?? wrong(`${quoted(http)} is no address; write --http 8765 or --http 127.0.0.1:8765.`);
  if (!isLoopback(bind.host) && !allowRemote) {
    wrong(
      `${quoted(bind.host)} can be reached by other machines, and tokens would cross the network in the clear. ` +
        'Serve at 127.0.0.1 behind a proxy with TLS, or say --allow-remote.',
    );
  }
  if (!Number.isInteger(rate) || rate < 1 || rate > MOST_PER_MINUTE) {
    wrong(`--rate is a whole number from 1 to ${MOST_PER_MINUTE}.`);
  }
  const own = isIP(bind.host) === 6 ? `[${bind.host}]` : bind.host;
  return {
    bind,
    hosts: [...new Set([...LOOPBACK, own, ...names(hostName)])],
    origins: [...LOOPBACK, ...names(origin)],
    limits: { ...HTTP_LIMITS, perMinute: rate },
    metrics: readMetricsFlag(command, given.metrics),
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function names(list: string | undefined): readonly string[] {
  return list === undefined
    ? []
    : list
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '');
}
