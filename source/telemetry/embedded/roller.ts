import type postgres from 'postgres';

/** Partitions are made an hour ahead. */
const EVERY_MS = 10 * 60_000;

/** Sees to it that there are partitions to write to, and that old ones go. The database holds the rules: `telemetry_roll`. */
export class Roller {
  #rolledAt = Number.NEGATIVE_INFINITY;
  #rawFrom = 0;

  /** Time of the oldest reading that the store takes, milliseconds since the epoch. */
  async rawFrom(sql: postgres.Sql, now: number): Promise<number> {
    if (Math.abs(now - this.#rolledAt) >= EVERY_MS) {
      const rows = await sql<{ raw_from: number }[]>`
        SELECT extract(epoch FROM telemetry_roll(to_timestamp(${now}::float8 / 1000)))::float8 * 1000 AS raw_from`;
      this.#rawFrom = Math.round(rows[0]?.raw_from ?? 0);
      this.#rolledAt = now;
    }
    return this.#rawFrom;
  }

  /** Another process may have rolled on in between. */
  forget(): void {
    this.#rolledAt = Number.NEGATIVE_INFINITY;
  }
}
