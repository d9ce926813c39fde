import { HttpError, RequestTimedOutError } from '@influxdata/influxdb-client';
import { z } from 'zod';
import type { InfluxAdminSettings } from '../../config/influx-admin.ts';
import { UserError } from '../../config/user-error.ts';
import { cleanLine } from '../../model/text.ts';
import { TelemetryUnavailable } from '../store.ts';

const MAX_DETAIL = 300;

/** Puts what went wrong while `doing` into one sentence for people. Never has a token or a password in it. */
export function refused(error: unknown, doing: string, settings: InfluxAdminSettings): Error {
  if (error instanceof UserError || error instanceof TelemetryUnavailable) return error;
  const where = `InfluxDB at ${new URL(settings.url).host}`;
  if (error instanceof RequestTimedOutError) {
    return new TelemetryUnavailable(`${where} did not answer in time (${doing}); run it again.`);
  }
  if (error instanceof z.ZodError || error instanceof SyntaxError) {
    return new UserError(`${where} does not answer as InfluxDB 2 does (${doing}); check INFLUX_URL.`, { cause: error });
  }
  const detail = detailOf(error, settings);
  if (!(error instanceof HttpError)) {
    return new TelemetryUnavailable(
      `${where} cannot be reached (${doing}): ${detail}; check INFLUX_URL, and that it runs.`,
    );
  }
  const credential = settings.token === null ? 'INFLUX_USER and INFLUX_PASSWORD' : 'INFLUX_ADMIN_TOKEN';
  if (error.statusCode === 401 && /^unauthorized access$/iu.test(detail)) {
    return new UserError(`${where} does not accept ${credential} (${doing}).`);
  }
  if (error.statusCode === 401 || error.statusCode === 403) {
    return new UserError(
      `${where} does not let ${credential} do this (${doing}): ${detail}. It needs an operator or all-access token.`,
    );
  }
  return new TelemetryUnavailable(`${where} answered ${error.statusCode} (${doing}): ${detail}.`);
}

/** A refused connection to a name with several addresses is an AggregateError, whose own message is empty. */
function detailOf(error: unknown, { token, login }: InfluxAdminSettings): string {
  if (!(error instanceof Error)) return 'unknown error';
  const said = error instanceof AggregateError ? error.errors.map(String).join('; ') : error.message || error.name;
  const hidden = [token, login?.password].reduce<string>(
    (text, secret) => (secret ? text.replaceAll(secret, '[secret]') : text),
    said,
  );
  return cleanLine(hidden).trim().replace(/\.$/u, '').slice(0, MAX_DETAIL);
}
