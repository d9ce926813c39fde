import type { ProgramActor } from '../../postgres/audit.ts';
import { type Database, DatabaseUnavailable, type OrganizationScope } from '../../postgres/database.ts';
import { type Observation, observeRouters } from '../../postgres/observed-routers.ts';
import { addToQuarantine } from '../../postgres/quarantine.ts';
import { writeLastSeen, writeRouterHealth } from '../../postgres/router-health.ts';
import { targetKey } from '../target-key.ts';
import type { QuarantineBook } from './quarantine-book.ts';
import type { RouterState } from './router-state.ts';

export interface StateWriterOptions {
  readonly database: Database;
  readonly actor: ProgramActor;
  readonly quarantine: QuarantineBook;
  readonly onError: (error: unknown) => void;
}

/** So many routers are written with one statement. */
const CHUNK = 500;
/** `routers.last_seen_at` is written so seldom: every change of a router's row is a new version of the row. */
const LAST_SEEN_MS = 300_000;

/** Writes the newest of routers to PostgreSQL. While it is away, what is newest is kept, and written once it is back. */
export class StateWriter {
  readonly #options: StateWriterOptions;
  readonly #changed = new Map<string, RouterState>();

  constructor(options: StateWriterOptions) {
    this.#options = options;
  }

  /** How many routers are to be written. */
  get waiting(): number {
    return this.#changed.size;
  }

  note(state: RouterState): void {
    this.#changed.set(targetKey(state.target), state);
  }

  /** Writes all that is to be written. Rejects with `DatabaseUnavailable` in an outage; what was not written is, the next time. */
  async flush(): Promise<void> {
    const byOrganization = Map.groupBy(this.#changed.values(), ({ target }) => target.organizationId);
    for (const [organizationId, states] of byOrganization) {
      const scope = this.#options.database.organization(organizationId);
      for (let start = 0; start < states.length; start += CHUNK) {
        await this.#write(scope, states.slice(start, start + CHUNK));
      }
    }
    for (const organizationId of this.#options.quarantine.organizations()) await this.#quarantine(organizationId);
  }

  async #write(scope: OrganizationScope, states: readonly RouterState[]): Promise<void> {
    for (const state of states) this.#changed.delete(targetKey(state.target));
    const observations = states.flatMap((state) => state.takeObservation() ?? []);
    try {
      await this.#store(scope, states, observations);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) return this.#isolate(scope, states, observations, error);
      this.#putBack(states, observations);
      throw error;
    }
  }

  async #store(
    scope: OrganizationScope,
    states: readonly RouterState[],
    observations: readonly Observation[],
  ): Promise<void> {
    const { actor } = this.#options;
    const now = Date.now();
    const due = performance.now() - LAST_SEEN_MS;
    const seen = states.filter(({ answeredAt, lastSeenWritten }) => answeredAt !== null && lastSeenWritten < due);
    const health = states.map((state) => state.health(now));
    const unknown =
      observations.length === 0 && seen.length === 0
        ? await writeRouterHealth(scope.sql, actor.program, health)
        : await scope.transaction(async (sql) => {
            const strangers = await writeRouterHealth(sql, actor.program, health);
            if (seen.length > 0) {
              await writeLastSeen(
                sql,
                seen.flatMap(({ target: { routerId }, answeredAt: at }) => (at === null ? [] : [{ routerId, at }])),
              );
            }
            if (observations.length > 0) await observeRouters(sql, actor, observations);
            return strangers;
          });
    for (const state of seen) state.lastSeenWritten = performance.now();
    for (const routerId of unknown) {
      const doubt = { reason: 'no such router in the inventory', field: '', sample: '' };
      this.#options.quarantine.add(scope.organizationId, routerId, doubt, now);
    }
  }

  /** One router that cannot be written keeps no other from it. */
  async #isolate(
    scope: OrganizationScope,
    states: readonly RouterState[],
    observations: readonly Observation[],
    error: unknown,
  ): Promise<void> {
    if (states.length <= 1) {
      this.#options.onError(error);
      return;
    }
    this.#putBack(states, observations);
    const half = Math.ceil(states.length / 2);
    await this.#write(scope, states.slice(0, half));
    await this.#write(scope, states.slice(half));
  }

  #putBack(states: readonly RouterState[], observations: readonly Observation[]): void {
    const observed = new Map(observations.map((observation) => [observation.routerId, observation]));
    for (const state of states) {
      const observation = observed.get(state.target.routerId);
      if (observation !== undefined) state.putBack(observation);
      this.note(state);
    }
  }

  async #quarantine(organizationId: string): Promise<void> {
    const { database, actor, quarantine, onError } = this.#options;
    const entries = quarantine.take(organizationId);
    try {
      await database.organization(organizationId).transaction((sql) => addToQuarantine(sql, actor.program, entries));
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) {
        onError(error);
        return;
      }
      quarantine.putBack(organizationId, entries);
      throw error;
    }
  }
}
