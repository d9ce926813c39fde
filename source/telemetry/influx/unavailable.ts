import { HttpError } from '@influxdata/influxdb-client';
import type { InfluxSettings } from '../../config/settings.ts';
import { cleanLine } from '../../model/text.ts';
import { TelemetryUnavailable } from '../store.ts';
import { retryAfterMs } from './retry-after.ts';

/** The server answered, and said no. */
export class InfluxRefusal extends TelemetryUnavailable {
  /** HTTP status: tells a bad request from a bad moment. */
  readonly status: number;
  /** Of a write: how many of its points are not stored, where the server says that the others are. */
  readonly dropped: number | null;
  /** True if InfluxDB itself answered, and not a proxy in front of it. */
  readonly byInflux: boolean;
  /** The pause that the server asks for, milliseconds. */
  readonly retryAfterMs: number | null;
  /** What the server said, without secrets. */
  readonly said: string;

  constructor(message: string, error: HttpError, cleaned: string) {
    super(message);
    const { statusCode, message: said, code, headers } = error;
    this.status = statusCode;
    this.byInflux = typeof code === 'string';
    const retryAfter = headers?.['retry-after'];
    this.retryAfterMs = retryAfterMs(typeof retryAfter === 'string' ? retryAfter : null, Date.now());
    this.said = cleaned;
    const dropped = /\bpartial write\b.*\bdropped=(\d+)/su.exec(said)?.[1];
    this.dropped = dropped === undefined ? null : Number(dropped);
  }
}

interface Circumstances {
  readonly address: string;
  readonly settings: Pick<InfluxSettings, 'token' | 'org' | 'bucket'>;
  readonly timeoutMs: number;
}

const MAX_DETAIL = 300;

/** Puts what went wrong into one sentence for people: what, where, what to do. Never has the token in it. */
export function unavailable(why: unknown, { address, settings, timeoutMs }: Circumstances): TelemetryUnavailable {
  if (why instanceof TelemetryUnavailable) return why;
  if (why === 'closed') return new TelemetryUnavailable(`The connection to InfluxDB at ${address} is closed.`);
  if (why === 'late')
    return new TelemetryUnavailable(`InfluxDB at ${address} did not answer within ${timeoutMs / 1000} s.`);
  if (why instanceof HttpError) return refusal(why, address, settings);
  const detail = why instanceof Error ? reasonOf(why) : 'unknown error';
  return new TelemetryUnavailable(`InfluxDB at ${address} cannot be reached: ${withoutSecrets(detail, settings)}.`);
}

function refusal(error: HttpError, address: string, settings: Circumstances['settings']): InfluxRefusal {
  const detail = withoutSecrets(error.message, settings);
  const messages: Readonly<Record<number, string>> = {
    401: `InfluxDB at ${address} does not accept the token; check INFLUX_TOKEN.`,
    403: `InfluxDB at ${address} forbids this; the token of INFLUX_TOKEN lacks the right: ${detail}.`,
    404:
      `InfluxDB at ${address} does not know the bucket "${settings.bucket}" or the organization "${settings.org}"; ` +
      `check INFLUX_BUCKET and INFLUX_ORG, or make them with \`netup-tui setup influx\`: ${detail}.`,
  };
  return new InfluxRefusal(
    messages[error.statusCode] ?? `InfluxDB at ${address} answered ${error.statusCode}: ${detail}.`,
    error,
    detail,
  );
}

/** A refused connection to a name with several addresses is an AggregateError, whose own message is empty. */
function reasonOf(error: Error): string {
  if (error.message !== '') return error.message;
  return error instanceof AggregateError ? error.errors.map(String).join('; ') : error.name;
}

function withoutSecrets(detail: string, settings: Circumstances['settings']): string {
  const hidden = settings.token === '' ? detail : detail.replaceAll(settings.token, '[token]');
  return cleanLine(hidden).trim().replace(/\.$/u, '').slice(0, MAX_DETAIL);
}
