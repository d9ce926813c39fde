import type { CollectorCounts } from '../collectors/collector.ts';
import { formatBytes, plural } from '../console/format/numbers.ts';
import type { TelemetryStore } from '../telemetry/store.ts';

/** What a collector did in the last minute, and what is amiss; what is 0 is left out but for the polls. */
export async function progressLine(counts: CollectorCounts, telemetry: TelemetryStore): Promise<string> {
  const { polls, failures, routers, silent, late, doubts, dropped, waiting } = counts;
  const spool = await telemetry.writing?.().catch(() => null);
  const parts = [
    `${plural(polls, 'poll')} of ${plural(routers, 'router')}`,
    silent > 0 && `${silent} silent`,
    failures > 0 && `${failures} failed`,
    late > 0 && `${late} late`,
    doubts > 0 && `${plural(doubts, 'value')} put into quarantine`,
    dropped > 0 && `${plural(dropped, 'point')} dropped`,
    waiting.points > 10_000 && `${plural(waiting.points, 'point')} not yet handed over`,
    waiting.routers > routers / 2 &&
      waiting.routers > 100 &&
      `${plural(waiting.routers, 'router')} not yet in PostgreSQL`,
    spool != null &&
      spool.waiting > 0 &&
      `${plural(spool.waiting, 'point')} in the spool (${formatBytes(spool.bytes)})`,
  ].filter((part) => part !== false);
  return `${parts.join(', ')}.`;
}
