import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { InterfaceReading } from '../../../model/telemetry.ts';
import { getPolicies } from '../../../postgres/policies.ts';
import { getRouters } from '../../../postgres/routers.ts';
import { listUpgrades } from '../../../postgres/upgrades.ts';
import type { TimeWindow } from '../../../telemetry/store.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import type { ConsoleServices } from '../../services.ts';
import { WINDOWS } from './figures.ts';
import {
  type ChartedRouter,
  type ChartLine,
  chartsReadSlice,
  chartsRecordSlice,
  chosenInterfacesSlice,
  figureSlice,
  keyOf,
  noRecord,
  notRead,
  windowSlice,
} from './state.ts';

const MINUTE_MS = 60_000;
/** Interfaces that sent something in this time are offered. */
const SEEN_MS = 120 * MINUTE_MS;
const UPGRADES_EACH = 50;

/** Keeps the charts fresh, for what is chosen at the time: who chooses something else does not wait for the answer. */
export async function loadCharts(
  services: ConsoleServices,
  routers: readonly ChartedRouter[],
  signal: AbortSignal,
): Promise<void> {
  await Promise.all([keepRecord(services, routers, signal), keepLines(services, routers, signal)]);
}

async function keepLines(
  services: ConsoleServices,
  routers: readonly ChartedRouter[],
  signal: AbortSignal,
): Promise<void> {
  const { store } = services;
  while (!signal.aborted) {
    const key = keyOf(services, routers);
    const other = new AbortController();
    const unsubscribe = store.subscribe(() => {
      if (keyOf(services, routers) !== key) other.abort();
    });
    const until = AbortSignal.any([signal, other.signal]);
    if (store.get(chartsReadSlice).key !== key) store.set(chartsReadSlice, notRead(key));
    await keepFresh(services, `charts ${key}`, [], until, () =>
      noted(services, chartsReadSlice, until, () =>
        Promise.race([readLines(services, { key, routers }, until), aborted(until)]),
      ),
    );
    unsubscribe();
  }
}

async function readLines(
  services: ConsoleServices,
  { key, routers }: { readonly key: string; readonly routers: readonly ChartedRouter[] },
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const { context, store } = services;
  const now = context.now().getTime();
  // Whole minutes, so that a point is in the same step at every reading and the line does not tremble.
  const end = Math.ceil(now / MINUTE_MS) * MINUTE_MS;
  const window = { start: end - WINDOWS[store.get(windowSlice)].ms, end };
  const interfaces =
    store.get(figureSlice) === 'traffic' ? await readInterfaces(services, routers, end) : new Map<string, []>();
  const lines = (
    await Promise.all(routers.map(({ routerId }) => readRouter(services, routerId, window, interfaces.get(routerId))))
  ).flat();
  if (signal.aborted) return;
  store.update(chartsReadSlice, (before) => ({
    key,
    // What is the same stays the same, so that nothing is drawn anew for it.
    lines: isDeepStrictEqual(before.lines, lines) ? before.lines : lines,
    interfaces,
    readAt: now,
    failed: false,
  }));
}

async function readInterfaces(
  { context, membership }: ConsoleServices,
  routers: readonly ChartedRouter[],
  end: number,
): Promise<ReadonlyMap<string, readonly InterfaceReading[]>> {
  const { organizationId } = membership();
  const window = { start: end - SEEN_MS, end };
  return new Map(
    await Promise.all(
      routers.map(async ({ routerId }): Promise<[string, readonly InterfaceReading[]]> => [
        routerId,
        await context.telemetry.interfaces(organizationId, routerId, window),
      ]),
    ),
  );
}

/** The lines of one router: one, but traffic of a router that is alone, which goes in and out. */
async function readRouter(
  { context, membership, store }: ConsoleServices,
  routerId: string,
  window: TimeWindow,
  interfaces: readonly InterfaceReading[] = [],
): Promise<readonly ChartLine[]> {
  const { organizationId } = membership();
  const figure = store.get(figureSlice);
  const { steps } = WINDOWS[store.get(windowSlice)];
  if (figure !== 'traffic') {
    const history = await context.telemetry.history(organizationId, routerId, figure, window, steps);
    return [{ routerId, interfaceName: null, direction: null, history }];
  }
  const interfaceName = store.get(chosenInterfacesSlice).get(routerId) ?? busiest(interfaces);
  if (interfaceName === null) return [];
  return Promise.all(
    (['in', 'out'] as const).map(async (direction): Promise<ChartLine> => {
      const subject = { interfaceName, figure: direction };
      const history = await context.telemetry.history(organizationId, routerId, subject, window, steps);
      return { routerId, interfaceName, direction, history };
    }),
  );
}

/** The interface with the most traffic now: what somebody wants to see first. */
export function busiest(interfaces: readonly InterfaceReading[]): string | null {
  const traffic = ({ inBytesPerSecond, outBytesPerSecond }: InterfaceReading): number =>
    (inBytesPerSecond ?? 0) + (outBytesPerSecond ?? 0);
  return interfaces.toSorted((one, other) => traffic(other) - traffic(one))[0]?.name ?? null;
}

async function keepRecord(
  services: ConsoleServices,
  routers: readonly ChartedRouter[],
  signal: AbortSignal,
): Promise<void> {
  const { store } = services;
  const ids = routers.map(({ routerId }) => routerId);
  const of = JSON.stringify(ids);
  if (store.get(chartsRecordSlice).of !== of) store.set(chartsRecordSlice, noRecord(of));
  const tables = ['routers', 'upgrades', 'upgrade_policies'] as const;
  await keepFresh(services, `limits and upgrades of ${of}`, tables, signal, () =>
    noted(services, chartsRecordSlice, signal, async () => {
      const scope = services.scope();
      const [found, upgrades] = await Promise.all([
        getRouters(scope, ids),
        Promise.all(ids.map((routerId) => listUpgrades(scope, { routerId, limit: UPGRADES_EACH }))),
      ]);
      const policies = await getPolicies(
        scope,
        found.flatMap(({ policyId }) => policyId ?? []),
      );
      const readAt = services.context.now().getTime();
      if (!signal.aborted)
        store.set(chartsRecordSlice, {
          of,
          routers: found,
          policies,
          upgrades: upgrades.flat(),
          readAt,
          failed: false,
        });
    }),
  );
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
