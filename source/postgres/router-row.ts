import { PLATFORMS } from '../model/platform.ts';
import { type Router, ROUTER_STATUSES } from '../model/router.ts';
import { OPEN_STATUSES } from '../model/upgrade.ts';
import { number, oneOf, text, textOrNull } from './columns.ts';

/** The columns of `fleet` in the order in which a `RouterReader` expects them. Most ids are the hostname: NULL stands for that. */
export const ROUTER_COLUMNS = `nullif(id, hostname), hostname, site, time_zone, vendor, model, model_id, platform, current_ver, target_ver, status,
  mgmt_ip, mgmt_port, serial, (extract(epoch FROM last_seen_at) * 1000)::float8, policy_id, upgrade_id, upgrade_status`;

/**
 * Makes routers of rows of `ROUTER_COLUMNS`, read as arrays. A fleet repeats the names of its sites, models and versions: one reader
 * keeps one copy of each, which nearly halves the memory that 100,000 routers take.
 */
export class RouterReader {
  readonly #seen = new Map<string, string>();

  read(row: readonly unknown[]): Router {
    const lastSeen = row[14];
    const upgradeId = textOrNull(row[16], 'upgrade_id');
    const hostname = text(row[1], 'hostname');
    return {
      id: textOrNull(row[0], 'id') ?? hostname,
      hostname,
      site: this.#shared(row[2]),
      timeZone: this.#shared(row[3]) ?? 'UTC',
      vendor: this.#shared(row[4]),
      model: this.#shared(row[5]),
      modelId: this.#shared(row[6]),
      platform: row[7] === null ? null : oneOf(PLATFORMS, row[7], 'models.platform'),
      runningVersion: this.#shared(row[8]) ?? '',
      targetVersion: this.#shared(row[9]),
      status: oneOf(ROUTER_STATUSES, row[10], 'routers.status'),
      managementAddress: text(row[11], 'mgmt_ip'),
      managementPort: number(row[12], 'mgmt_port'),
      serial: textOrNull(row[13], 'serial'),
      lastSeenAt: lastSeen === null ? null : number(lastSeen, 'last_seen_at'),
      policyId: this.#shared(row[15]),
      openUpgrade:
        upgradeId === null ? null : { id: upgradeId, status: oneOf(OPEN_STATUSES, row[17], 'upgrades.status') },
    };
  }

  #shared(found: unknown): string | null {
    const value = textOrNull(found, 'fleet');
    if (value === null) return null;
    const known = this.#seen.get(value);
    if (known !== undefined) return known;
    this.#seen.set(value, value);
    return value;
  }
}
