import { type Context, openTelemetry } from '../context.ts';
import { fail, type Finding, ok, reason } from './finding.ts';

/** Whether telemetry can be read, and from where. */
export async function checkTelemetry(context: Context): Promise<Finding> {
  const kind = context.settings.influx === null ? 'PostgreSQL (INFLUX_URL is not set)' : 'InfluxDB';
  const store = await openTelemetry(context);
  try {
    const milliseconds = await store.ping();
    return ok('telemetry', `${kind} at ${store.address} answers in ${Math.round(milliseconds)} ms`);
  } catch (error) {
    const advice =
      context.settings.influx === null
        ? 'It is in the same database: see there.'
        : 'Check INFLUX_URL, INFLUX_TOKEN, INFLUX_ORG and INFLUX_BUCKET, and that the server runs.';
    return fail('telemetry', reason(error), advice);
  } finally {
    await store.close();
  }
}
