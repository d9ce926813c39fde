import { HttpError } from '@influxdata/influxdb-client';
import type { InfluxSettings } from '../../config/settings.ts';
import { cleanLine } from '../../model/text.ts';
import { TelemetryUnavailable } from '../store.ts';

/** The server answered, and said no. `status` tells a bad request from a bad moment. */
export class InfluxRefusal extends TelemetryUnavailable {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
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
  const status = error.statusCode;
  const detail = withoutSecrets(error.message, settings);
  if (status === 401) {
    return new InfluxRefusal(`InfluxDB at ${address} does not accept the token; check INFLUX_TOKEN.`, status);
  }
  if (status === 403) {
    return new InfluxRefusal(
      `InfluxDB at ${address} forbids this; the token of INFLUX_TOKEN lacks the right: ${detail}.`,
      status,
    );
  }
  if (status === 404) {
    return new InfluxRefusal(
      `InfluxDB at ${address} does not know the bucket "${settings.bucket}" or the organization "${settings.org}"; ` +
        `check INFLUX_BUCKET and INFLUX_ORG: ${detail}.`,
      status,
    );
  }
  return new InfluxRefusal(`InfluxDB at ${address} answered ${status}: ${detail}.`, status);
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
