import type { Change, OrganizationScope } from '../../postgres/database.ts';
import { allPolicies } from '../../postgres/policies.ts';
import { firstRouters, getRouters, streamRouters } from '../../postgres/routers.ts';
import { routersOfUpgrades } from '../../postgres/upgrades.ts';
import type { Router } from '../../model/router.ts';
import type { Loader } from '../application.ts';
import type { ConsoleServices } from '../services.ts';
import { pause } from '../pause.ts';
import { type Fleet, type FleetRow, fleetOf, fleetProgressSlice, fleetRow, fleetRowAgain } from './fleet.ts';
import { listening, liveSlice, onChange } from './live-changes.ts';

/** The whole inventory is read again now and then: seldom while changes are told to us, soon while they are not. */
const REREAD_MS = { live: 300_000, polling: 15_000, connecting: 15_000 } as const;
const RETRY_MS = 1000;
const GATHER_MS = 30;

/** Keeps the organization's routers and policies in the state: all of them first, then what changes. */
export const fleetRows: Loader = {
  id: 'fleet',
  async start(services, signal) {
    // This organization's, whatever is shown by the time an answer comes.
    const fleet = fleetOf(services);
    const scope = services.scope();
    const wanted = new Wanted();
    let wake = new AbortController();
    onChange(services, signal, (change) => {
      if (wanted.add(change)) wake.abort();
    });
    await Promise.all([showFirst(services, scope, fleet, signal), listening(services, signal)]);
    let failing = false;
    while (!signal.aborted) {
      const work = wanted.take();
      // What changed between this reading and the moment that changes are told from on is found only by reading again.
      const told = services.store.get(liveSlice);
      try {
        if (work.all) await readAll(services, scope, fleet, signal);
        else await readSome(services, scope, fleet, work);
        failing = false;
      } catch (error) {
        wanted.giveBack(work);
        if (!failing && !signal.aborted) services.context.log.warn('console: the fleet cannot be read', { err: error });
        failing = true;
      }
      wake = new AbortController();
      const patience = failing ? RETRY_MS : REREAD_MS[services.store.get(liveSlice) === 'live' ? told : 'polling'];
      if (failing || !wanted.any()) await pause(patience, AbortSignal.any([signal, wake.signal]));
      // Nothing was asked for, so the time for another look at everything has come.
      if (!wanted.any()) wanted.all = true;
      else await pause(GATHER_MS, signal);
    }
  },
};

/** What a row of the fleet is made of. */
const SHOWN: ReadonlySet<Change['table']> = new Set(['*', 'routers', 'upgrades', 'upgrade_policies']);

/** What has to be read next. */
class Wanted {
  all = true;
  #routers = new Set<string>();
  #upgrades = new Set<string>();

  any(): boolean {
    return this.all || this.#routers.size > 0 || this.#upgrades.size > 0;
  }

  /** False if the change has nothing to do with the fleet. */
  add({ table, ids }: Change): boolean {
    if (!SHOWN.has(table)) return false;
    if (table === '*' || table === 'upgrade_policies' || ids === null) this.all = true;
    else for (const id of ids) (table === 'routers' ? this.#routers : this.#upgrades).add(id);
    return true;
  }

  take(): { readonly all: boolean; readonly routers: ReadonlySet<string>; readonly upgrades: ReadonlySet<string> } {
    const work = { all: this.all, routers: this.#routers, upgrades: this.#upgrades };
    this.all = false;
    this.#routers = new Set();
    this.#upgrades = new Set();
    return work;
  }

  giveBack(work: ReturnType<Wanted['take']>): void {
    this.all ||= work.all;
    for (const id of work.routers) this.#routers.add(id);
    for (const id of work.upgrades) this.#upgrades.add(id);
  }
}

/**
 * Shows the routers that come first, without waiting for anything: all of them are read again as soon as changes are told to us. What is wrong
 * with the reading is said then.
 */
async function showFirst(
  services: ConsoleServices,
  scope: OrganizationScope,
  fleet: Fleet,
  signal: AbortSignal,
): Promise<void> {
  if (fleet.rows.size > 0) return;
  const routers = await firstRouters(scope).catch(() => []);
  if (signal.aborted || fleet.rows.size > 0) return;
  const now = services.context.now().getTime();
  fleet.rows.upsert(routers.map((router) => fleetRow(fleet, router, now)));
}

/** So long the rows wait for the policies. These may wait for the rows themselves, where there is one connection for both. */
const POLICIES_MS = 300;

/** Rows that come are put in their places so many at once: it costs the same for one as for thousands. */
const LUMP = 5000;

async function readAll(
  services: ConsoleServices,
  scope: OrganizationScope,
  fleet: Fleet,
  signal: AbortSignal,
): Promise<void> {
  const { store, context } = services;
  const policies = readPolicies(scope, fleet, signal);
  // It is awaited below; a failure before that must not count as one that nobody looks at.
  policies.catch(() => undefined);
  const gone = new Set(fleet.rows.ids());
  // Nearly all of the rows are new then: to look each of them up, 100,000 times, would take longer than to make it.
  const isFirst = store.get(fleetProgressSlice).inventoryAt === null;
  let waiting: Router[] = [];
  const show = (): void => {
    const now = context.now().getTime();
    const rows = waiting.map((router) => {
      const isNew = isFirst && gone.size === 0;
      if (!isNew) gone.delete(router.id);
      return fleetRow(fleet, router, now, isNew ? undefined : fleet.rows.get(router.id));
    });
    waiting = [];
    fleet.rows.upsert(rows);
  };
  let isFirstPage = true;
  let madeWithPolicies = true;
  for await (const batch of streamRouters(scope)) {
    if (signal.aborted) return;
    waiting = waiting.length === 0 ? [...batch] : waiting.concat(batch);
    if (isFirstPage) {
      isFirstPage = false;
      show();
      // So that all further rows are made with the policies, and only once. What is wrong with these is said below.
      const read = policies.then(
        () => true,
        () => true,
      );
      madeWithPolicies = await Promise.race([read, pause(POLICIES_MS, signal).then(() => false)]);
      await refresh(services, fleet, signal);
    } else if (waiting.length >= LUMP) show();
  }
  show();
  await policies;
  if (signal.aborted) return;
  if (!madeWithPolicies) await refresh(services, fleet, signal);
  fleet.rows.remove([...gone]);
  store.update(fleetProgressSlice, (progress) => ({
    ...progress,
    loading: false,
    inventoryAt: context.now().getTime(),
  }));
}

/** Puts the policies into the state as soon as they are there: a row that is made without them has to be made again. */
async function readPolicies(scope: OrganizationScope, fleet: Fleet, signal: AbortSignal): Promise<void> {
  const policies = await allPolicies(scope);
  if (!signal.aborted) fleet.policies = policies;
}

async function readSome(
  services: ConsoleServices,
  scope: OrganizationScope,
  fleet: Fleet,
  work: ReturnType<Wanted['take']>,
): Promise<void> {
  const ofUpgrades = work.upgrades.size === 0 ? [] : await routersOfUpgrades(scope, [...work.upgrades]);
  const ids = [...new Set([...work.routers, ...ofUpgrades])];
  if (ids.length === 0) return;
  const routers = await getRouters(scope, ids);
  const now = services.context.now().getTime();
  const found = new Set(routers.map(({ id }) => id));
  fleet.rows.remove(ids.filter((id) => !found.has(id)));
  fleet.rows.upsert(routers.map((router) => fleetRow(fleet, router, now, fleet.rows.get(router.id))));
}

/** So long rows are worked out before keys get their turn, and so many between two looks at the clock. */
const SLICE_MS = 4;
const CHUNK = 250;

/** Works out every row anew from policies and health as they are now; touches only rows that look different. */
export async function refresh(services: ConsoleServices, fleet: Fleet, signal: AbortSignal): Promise<void> {
  const now = services.context.now().getTime();
  const { policies } = fleet;
  const rows = fleet.rows.all();
  let until = performance.now() + SLICE_MS;
  let changed: FleetRow[] = [];
  for (let slot = 0; slot < rows.length; slot += 1) {
    const before = rows[slot];
    const after = before === undefined ? undefined : fleetRowAgain(fleet, before, now);
    if (after !== undefined && after !== before) changed.push(after);
    if (slot % CHUNK !== CHUNK - 1 || performance.now() < until) continue;
    fleet.rows.upsert(changed);
    changed = [];
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) return;
    until = performance.now() + SLICE_MS;
  }
  fleet.rows.upsert(changed);
  if (fleet.health !== null) fleet.judgedBy = policies;
}
