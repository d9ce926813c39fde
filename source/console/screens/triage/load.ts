import { EVIDENCE_WINDOW_MS } from '../../../model/gate-rules.ts';
import { type Trouble, troublesOf } from '../../../model/trouble.ts';
import { upgradePulse } from '../../../postgres/pulse.ts';
import { fleetOf, fleetProgressSlice, fleetVersionSlice } from '../../loaders/fleet.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import { pause } from '../../pause.ts';
import type { ConsoleServices } from '../../services.ts';
import { earlierPulse, PulseCount } from './pulse.ts';
import { earlierSlice, pulseSlice, upgradePulseSlice } from './state.ts';

/** The fleet is summed up this often at most. */
const PULSE_REST_MS = 1000;
/** What was before the last two hours changes slowly, and reading it costs as much as reading the last two. */
const EARLIER_EVERY_MS = 120_000;
const EARLIER_RETRY_MS = 5000;
const REST = 9;
/** Upgrades that run at once change all the time. */
const UPGRADES_REST_MS = 500;
/** Longest time to work before keys get their turn, milliseconds, and how many rows are handled between two looks at the clock. */
const SLICE_MS = 5;
const LOOK_EVERY = 250;

export async function loadTriage(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  await Promise.all([keepPulse(services, signal), keepEarlier(services, signal), keepUpgrades(services, signal)]);
}

/** Sums the fleet up, again after its rows changed. */
async function keepPulse(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const { store } = services;
  while (!signal.aborted) {
    const version = store.get(fleetVersionSlice);
    if (isKnown(services)) {
      const count = new PulseCount();
      await eachRow(services, signal, (row) => count.add(row));
      if (signal.aborted) return;
      store.set(pulseSlice, count.result());
      await pause(PULSE_REST_MS, signal);
    }
    await until(services, signal, () => store.get(fleetVersionSlice) !== version);
  }
}

/** Reads the health of the two hours before the last two, in the background. */
async function keepEarlier(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const { store, context } = services;
  let failing = false;
  while (!signal.aborted) {
    await until(services, signal, () => isKnown(services) && !store.get(fleetProgressSlice).loading);
    const began = performance.now();
    try {
      await readEarlier(services, signal);
      failing = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!failing) context.log.warn('console: the health before the last two hours cannot be read', { err: error });
      failing = true;
      // An older comparison is still one.
      store.update(earlierSlice, (before) => (typeof before === 'string' ? 'failed' : before));
    }
    const took = performance.now() - began;
    await pause(failing ? EARLIER_RETRY_MS : Math.max(EARLIER_EVERY_MS, took * REST), signal);
  }
}

async function readEarlier(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const { store, context } = services;
  const end = context.now().getTime() - EVIDENCE_WINDOW_MS;
  const window = { start: end - EVIDENCE_WINDOW_MS, end };
  const health = await context.telemetry.fleetHealth(services.scope().organizationId, window);
  if (signal.aborted) return;
  if (health.size === 0) {
    store.set(earlierSlice, 'none');
    return;
  }
  const { policies } = fleetOf(services);
  const found: (readonly [string, string | null, readonly Trouble[]])[] = [];
  await eachRow(services, signal, ({ router }) => {
    const policy = router.policyId === null ? null : (policies?.get(router.policyId) ?? null);
    const troubles = troublesOf(router, health.get(router.id) ?? null, policy, end);
    if (troubles.length > 0) found.push([router.id, router.site, troubles]);
  });
  if (!signal.aborted) store.set(earlierSlice, earlierPulse(found));
}

async function keepUpgrades(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const { store, context } = services;
  await keepFresh(services, 'the counts of upgrades', ['upgrades'], signal, () =>
    noted(services, upgradePulseSlice, signal, async () => {
      const upgrades = await upgradePulse(services.scope(), context.operator.id);
      if (signal.aborted) return;
      store.set(upgradePulseSlice, { upgrades, readAt: context.now().getTime(), failed: false });
      await pause(UPGRADES_REST_MS, signal);
    }),
  );
}

/** True once troubles can be told. */
function isKnown(services: ConsoleServices): boolean {
  const { policies, health } = fleetOf(services);
  return policies !== null && health !== null;
}

async function eachRow(
  services: ConsoleServices,
  signal: AbortSignal,
  use: (row: Parameters<PulseCount['add']>[0]) => void,
): Promise<void> {
  let handled = 0;
  let began = performance.now();
  for (const row of fleetOf(services).rows.each()) {
    use(row);
    handled += 1;
    if (handled % LOOK_EVERY !== 0 || performance.now() - began < SLICE_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (signal.aborted) return;
    began = performance.now();
  }
}

/** Resolves when the state meets the condition, or the signal aborts. */
async function until({ store }: ConsoleServices, signal: AbortSignal, holds: () => boolean): Promise<void> {
  if (signal.aborted || holds()) return;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!signal.aborted && !holds()) return;
      unsubscribe();
      signal.removeEventListener('abort', look);
      resolve();
    };
    const unsubscribe = store.subscribe(look);
    signal.addEventListener('abort', look, { once: true });
  });
}
