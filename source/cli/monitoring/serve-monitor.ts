import { type Metric, single } from '../../model/metrics-text.ts';
import type { Database } from '../../postgres/database.ts';
import type { ConsoleServer, ServerEvents } from '../../serve/console-server.ts';
import { databaseCheck, databaseMetric } from './database-check.ts';
import type { Monitor } from './monitor.ts';
import { Tally } from './tally.ts';

/** What happens at the door and in the consoles, counted. */
export class ServeCounts implements ServerEvents {
  readonly #logins = new Tally();
  readonly #away = new Tally();
  #crashes = 0;

  turnedAway(why: string): void {
    this.#away.add({ reason: why.replaceAll(' ', '_') });
  }

  login(result: 'accepted' | 'refused'): void {
    this.#logins.add({ result });
  }

  crashed(): void {
    this.#crashes += 1;
  }

  metrics(): readonly Metric[] {
    return [
      this.#logins.metric('netup_serve_logins_total', 'Keys and certificates that were offered, by what became of it.'),
      this.#away.metric('netup_serve_turned_away_total', 'Connections that were not let in, by why.'),
      single('counter', 'netup_serve_crashes_total', 'Consoles that ended by a defect.', this.#crashes),
    ];
  }
}

/** `server` is null until it listens. */
export function serveMonitor(
  database: Database,
  counts: ServeCounts,
  server: () => ConsoleServer | null,
  processMetrics: () => readonly Metric[],
): Monitor {
  const look = databaseCheck(database, 'app_user');
  const readiness = async (): Promise<Readonly<Record<string, string | null>>> => ({
    ...(await look()),
    server: server() === null ? 'it does not listen' : null,
  });
  return {
    readiness,
    async metrics() {
      const running = server();
      return [
        ...processMetrics(),
        databaseMetric(await look()),
        single('gauge', 'netup_serve_sessions', 'Consoles that are open.', running?.open ?? 0),
        single('gauge', 'netup_serve_connections', 'Connections, logged in or not.', running?.connections ?? 0),
        ...counts.metrics(),
      ];
    },
  };
}
